import { Hono } from 'hono'
import type { ReturnState } from '../../../../core/collections/index.ts'
import type { NationalScope } from '../../../../core/vocabulary/index.ts'
import {
  asPerson,
  chaseList,
  daysTo,
  progressOf,
  queues,
  type Chased,
  type Queue,
  type Queued,
} from '../../../../national/collect/index.ts'
import { authorityNames } from '../../../../national/collect/show/index.ts'
import { nationalSignedIn, type CollectorHouse, type RequestEnv } from '../../../index.ts'
import { render } from '../../frame/render.ts'
import { longDate } from '../../words/dates.ts'
import { count, number } from '../../words/numbers.ts'
import { nationalGuard } from '../guard.ts'
import { roundKey, roundOptions, roundsFor, roundTitle } from '../round.ts'
import { authorityLabel, dueWords, foundWords, stateMeaning, stateTag } from '../words.ts'
import type { HomeView, WaitingView } from './home.view.ts'
import { inStep, progressView, steps } from './progress-view.ts'

const page = render<HomeView>('collect/home/home.njk')
const mostWaiting = 10
const mostChased = 25

/** Which queue is whose. */
const ownQueue: Readonly<Record<NationalScope['kind'], Queue>> = {
  source: 'explanation',
  authority: 'approval',
  collector: 'authorisation',
}

const waitingWords: Readonly<
  Record<NationalScope['kind'], { readonly heading: string; readonly nothing: string }>
> = {
  source: { heading: 'To be put right or submitted', nothing: 'Nothing waits for you.' },
  authority: { heading: 'Waiting for your approval', nothing: 'No return waits for your approval.' },
  collector: { heading: 'Waiting to be authorised', nothing: 'No return waits to be authorised.' },
}

async function homeView(
  { collector, clock }: CollectorHouse,
  c: Parameters<typeof nationalSignedIn>[0],
): Promise<HomeView> {
  const { person } = nationalSignedIn(c)
  const at = clock.now()
  const known = await asPerson(collector, person).read(async (tx) => {
    const rounds = await roundsFor(tx, c.req.query('round'))
    const { chosen } = rounds
    return {
      rounds,
      names: await authorityNames(tx),
      chosen: chosen && {
        round: chosen,
        progress: await progressOf(tx, chosen),
        chased: await chaseList(tx, chosen, collector.workflow.chase.daysBefore, at),
        queued: (await queues(tx, chosen)).filter(({ queue }) => queue === ownQueue[person.scope.kind]),
      },
    }
  })
  const { names, rounds, chosen } = known
  const heading =
    person.scope.kind === 'authority' ? authorityLabel(names, person.scope.laNumber) : 'All returns'
  const options = await roundOptions(collector, rounds)
  if (!chosen) return { heading, rounds: options, round: null }
  const { round, progress, chased, queued } = chosen
  const all = progress.find(({ laNumber }) => laNumber === null)
  const key = roundKey(round)
  const line = (row: Chased | Queued): Pick<WaitingView, 'name' | 'authority' | 'state' | 'found'> => ({
    name: row.name,
    authority: authorityLabel(names, row.laNumber),
    state: stateTag(collector, row.state),
    found: row.state === 'no-data' ? '–' : foundWords(row.errors, row.queries),
  })
  const inState = (state: ReturnState): number => all?.states[state] ?? 0
  return {
    heading,
    rounds: options,
    round: {
      title: await roundTitle(collector, round),
      due: dueWords(round.due, round.due === null ? null : daysTo(round.due, at)),
      closed:
        round.closedAt &&
        `This collection was closed on ${longDate(round.closedAt)}. Nothing more is received.`,
      figures: [
        { number: number(all?.expected ?? 0), label: 'expected', note: null },
        ...steps.map(({ text }, step) => ({
          number: number(all ? inStep(all, step) : 0),
          label: text.toLowerCase(),
          note: null,
        })),
      ],
      states: (Object.keys(collector.workflow.states) as ReturnState[]).map((state) => ({
        state: stateTag(collector, state),
        meaning: stateMeaning[state],
        number: number(inState(state)),
        href: `/collect/returns?round=${encodeURIComponent(key)}&state=${state}`,
      })),
      waiting: {
        ...waitingWords[person.scope.kind],
        rows: queued.slice(0, mostWaiting).map((row) => ({
          ...line(row),
          href: `/collect/returns/${row.return}`,
          when: `since ${longDate(row.since)}`,
        })),
      },
      chase: chased.slice(0, mostChased).map((row) => ({
        ...line(row),
        href: `/collect/sources/${row.laNumber}/${row.source}`,
        when: lateWords(row.days),
      })),
      chaseMore:
        chased.length > mostChased
          ? `${count(chased.length - mostChased, 'more return')} are late or due soon.`
          : null,
      chaseNone: `Nobody is late, and nobody has less than ${count(collector.workflow.chase.daysBefore + 1, 'day')} left.`,
      progress: person.scope.kind === 'collector' ? progressView(progress, names, key) : null,
    },
  }
}

function lateWords(days: number | null): string {
  if (days === null) return 'no deadline'
  if (days < 0) return `${count(-days, 'day')} late`
  return days === 0 ? 'due today' : `${count(days, 'day')} left`
}

/** The first page: of an authority, of the collector; a source’s own page is about itself. */
export function homeRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/collect', nationalGuard, async (c) => {
    const { scope } = nationalSignedIn(c).person
    if (scope.kind === 'source') {
      const done = c.req.query('done')
      const more = done === undefined ? '' : `?done=${encodeURIComponent(done)}`
      return c.redirect(`/collect/sources/${scope.laNumber}/${scope.source}${more}`, 303)
    }
    return page(c, { title: 'Returns: home', section: 'collect', wide: true }, await homeView(house, c))
  })
  return app
}
