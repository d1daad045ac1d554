import { Hono } from 'hono'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson, hasDuty, type Person } from '../../../national/collect/index.ts'
import {
  drop,
  earlyAccessOf,
  eventsOfVersion,
  failedChecks,
  findVersion,
  flagsOf,
  giveEarlyAccess,
  numberText,
  signOff,
  versionsIn,
  withdraw,
  type QualityCheck,
  type StatisticVersion,
} from '../../../national/statistics/release/index.ts'
import { statisticsOf } from '../../../national/statistics/serve/index.ts'
import { nationalSignedIn, type CollectorHouse, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { sentBy, type Sent } from '../form/form.ts'
import { render } from '../frame/render.ts'
import type { TagView } from '../frame/tag.ts'
import { dateAndTime } from '../words/dates.ts'
import { count } from '../words/numbers.ts'
import type { WorkListView, WorkView } from './work.view.ts'

const listPage = render<WorkListView>('statistics/work-list.njk')
const page = render<WorkView>('statistics/work.njk')

const states: Readonly<Record<StatisticVersion['state'], TagView>> = {
  draft: { text: 'Draft', colour: 'yellow' },
  'signed-off': { text: 'Signed off', colour: 'blue' },
  published: { text: 'Published', colour: 'green' },
  withdrawn: { text: 'Withdrawn', colour: 'grey' },
  dropped: { text: 'Dropped', colour: 'grey' },
}

const outcomes: Readonly<Record<QualityCheck['outcome'], TagView>> = {
  pass: { text: 'Passed', colour: 'green' },
  warn: { text: 'To be looked at', colour: 'yellow' },
  fail: { text: 'Failed', colour: 'red' },
  'not-made': { text: 'Not made', colour: 'grey' },
}

const checkNames: Readonly<Record<string, string>> = {
  audit: 'Disclosure audit',
  screener: 'The public screener’s checks',
  population: 'Population against accepted returns',
  totals: 'Parts add up to totals',
  'past-releases': 'Nothing shown that a past release hid',
  'last-release': 'Compared with the last release',
}

const moveNames: Readonly<Record<string, string>> = {
  draft: 'Drafted',
  amend: 'Drafted as an amendment',
  'early-access': 'Early access given',
  'sign-off': 'Signed off',
  publish: 'Published',
  withdraw: 'Withdrawn',
  drop: 'Dropped',
  flag: 'Flagged',
}

const titleOf = ({ about, number }: StatisticVersion): string =>
  `${about.dataSet.title}, ${about.release.title}${number ? `, version ${numberText(number)}` : ''}`

const mayWork = (person: Person): boolean =>
  hasDuty(person, 'statistics') || hasDuty(person, 'statistics-sign-off')

async function workView(
  { collector, clock }: CollectorHouse,
  person: Person,
  id: string,
  error: WorkView['error'],
): Promise<WorkView> {
  const { version, people, events, flags } = await asPerson(collector, person).read(async (tx) => ({
    version: await findVersion(tx, id),
    people: await earlyAccessOf(tx, id),
    events: await eventsOfVersion(tx, id),
    flags: await flagsOf(tx, id),
  }))
  const onItsWay = version.state === 'draft' || version.state === 'signed-off'
  const signs = hasDuty(person, 'statistics-sign-off')
  return {
    title: titleOf(version),
    state: states[version.state],
    summary: [
      `${count(version.rows, 'row')}, drafted by ${version.draftedBy}, ${dateAndTime(version.draftedAt)}.`,
      version.state === 'signed-off' && version.publishAt
        ? `To be published ${dateAndTime(version.publishAt)}.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
    error,
    checks: version.checks.map(({ check, outcome, says }) => ({
      check: checkNames[check] ?? check,
      tag: outcomes[outcome],
      says,
    })),
    flags:
      flags > 0
        ? `${count(flags, 'change')} of pupil references since it was made: its figures may be others now.`
        : null,
    people: people.map(({ name, post, from, until, views }) => ({
      who: `${name}, ${post}`,
      when: `${dateAndTime(from)} to ${dateAndTime(until)}`,
      views: views.length === 0 ? 'Not looked yet' : `Looked ${views.map(dateAndTime).join('; ')}`,
    })),
    events: events.map(({ move, by, at, reason }) => ({
      what: moveNames[move] ?? move,
      who: by,
      when: dateAndTime(at),
      why: reason ?? '',
    })),
    address: `/statistics-work/${id}`,
    maySignOff:
      signs &&
      version.state === 'draft' &&
      version.draftedBy !== person.actor.name &&
      failedChecks(version).length === 0,
    mayGiveAccess: onItsWay && hasDuty(person, 'statistics'),
    mayDrop: onItsWay && hasDuty(person, 'statistics'),
    mayWithdraw: version.state === 'published' && signs,
    suggested: clock.now().toISOString().slice(0, 16),
  }
}

/** An instant as the form gives it: `2026-11-26 09:30`, in England’s winter time or UTC. */
function instant(text: string, what: string): Date {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)$/.exec(text)
  const at = new Date(`${match?.[1] ?? ''}T${match?.[2] ?? ''}:00Z`)
  if (!match || Number.isNaN(at.getTime()))
    throw new GatehouseError('bad-input', `${what} is no date and time.`, {
      todo: 'Write it as 2026-11-26 09:30.',
    })
  return at
}

/** Releases on their way, for people with a duty for statistics. */
export function statisticsWorkRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const { collector, clock } = house
  const app = new Hono<RequestEnv>()
  const personOf = (c: RequestContext): Person => {
    const { person } = nationalSignedIn(c)
    if (!mayWork(person))
      throw new GatehouseError('not-allowed', 'This is for people with a duty for statistics.', {
        todo: 'Ask somebody who manages accounts.',
      })
    return person
  }
  const show = async (c: RequestContext, error: WorkView['error']): Promise<Response> => {
    const view = await workView(house, personOf(c), c.req.param('id') ?? '', error)
    return page(
      c,
      {
        title: error ? `Error: ${view.title}` : view.title,
        section: 'statistics-work',
        status: error ? 422 : 200,
      },
      view,
    )
  }

  app.get('/statistics-work', nationalGuard, async (c) => {
    const all = await asPerson(collector, personOf(c)).read((tx) =>
      versionsIn(tx, ['draft', 'signed-off', 'published', 'withdrawn']),
    )
    const lines = (...wanted: readonly StatisticVersion['state'][]) =>
      all
        .filter(({ state }) => wanted.includes(state))
        .map((version) => ({
          title: titleOf(version),
          href: `/statistics-work/${version.id}`,
          note: [
            states[version.state].text,
            version.publishAt && version.state === 'signed-off'
              ? `to be published ${dateAndTime(version.publishAt)}`
              : `drafted by ${version.draftedBy}`,
            failedChecks(version).length > 0 ? `${count(failedChecks(version).length, 'check')} failed` : '',
          ]
            .filter(Boolean)
            .join(', '),
        }))
    return listPage(
      c,
      { title: 'Statistics on their way', section: 'statistics-work' },
      {
        groups: [
          { heading: 'Waiting for sign-off', none: 'No draft waits.', lines: lines('draft') },
          { heading: 'To be published', none: 'Nothing is scheduled.', lines: lines('signed-off') },
          { heading: 'Published', none: 'Nothing is published yet.', lines: lines('published', 'withdrawn') },
        ],
      },
    )
  })

  app.get('/statistics-work/:id', nationalGuard, (c) => show(c, null))

  const acts: Readonly<
    Record<
      string,
      {
        readonly field: string
        readonly done: string
        readonly act: (person: Person, id: string, sent: Sent, at: Date) => Promise<unknown>
      }
    >
  > = {
    'sign-off': {
      field: '#publish-at',
      done: 'statistics-signed',
      act: (person, id, sent, at) =>
        signOff(collector, person, id, instant(sent.text('publish-at'), 'The time of publication'), at),
    },
    'early-access': {
      field: '#email',
      done: 'statistics-access',
      act: (person, id, sent, at) =>
        giveEarlyAccess(
          collector,
          person,
          id,
          {
            email: sent.text('email'),
            name: sent.text('name'),
            post: sent.text('post'),
            from: instant(sent.text('from'), 'The beginning'),
            until: instant(sent.text('until'), 'The end'),
          },
          at,
        ),
    },
    drop: {
      field: '#reason',
      done: 'statistics-dropped',
      act: (person, id, sent, at) => drop(collector, person, id, sent.text('reason'), at),
    },
    withdraw: {
      field: '#reason',
      done: 'statistics-withdrawn',
      act: (person, id, sent, at) => withdraw(collector, person, id, sent.text('reason'), at),
    },
  }
  for (const [name, { field, done, act }] of Object.entries(acts))
    app.post(`/statistics-work/:id/${name}`, nationalGuard, async (c) => {
      const id = c.req.param('id')
      const sent = await sentBy(c)
      try {
        await act(personOf(c), id, sent, clock.now())
      } catch (error) {
        if (!(error instanceof GatehouseError && (error.code === 'bad-input' || error.code === 'conflict')))
          throw error
        return show(c, { text: [error.message, error.todo].filter(Boolean).join(' '), href: field })
      }
      statisticsOf(collector).catalogue.forget()
      return c.redirect(`/statistics-work/${id}?done=${done}`, 303)
    })

  return app
}
