import { Hono } from 'hono'
import { asPerson, daysTo, type StoredReturn } from '../../../../national/collect/index.ts'
import { sourceShown } from '../../../../national/collect/show/index.ts'
import {
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { render } from '../../frame/render.ts'
import { dateAndTime, longDate } from '../../words/dates.ts'
import { number } from '../../words/numbers.ts'
import { namesOfAll } from '../authorities.ts'
import { nationalGuard } from '../guard.ts'
import { roundTitle } from '../round.ts'
import { authorityLabel, dueWords, foundWords, stateMeaning, stateTag } from '../words.ts'
import type { SourceView } from './source.view.ts'

const page = render<SourceView>('collect/source/source.njk')

async function sourceView(
  { collector, clock }: CollectorHouse,
  c: RequestContext,
  laNumber: string,
  source: string,
): Promise<SourceView> {
  const { person } = nationalSignedIn(c)
  const at = clock.now()
  const shown = await asPerson(collector, person).read((tx) => sourceShown(tx, laNumber, source))
  const names = await namesOfAll(collector)
  const standing = new Map(shown.received.filter(({ stands }) => stands).map((one) => [one.id, one]))
  const past = shown.received.filter(({ stands }) => !stands)
  return {
    caption: `${shown.source}, ${authorityLabel(names, laNumber)}`,
    heading: shown.name,
    own: person.scope.kind === 'source',
    rounds: await Promise.all(
      shown.expected.map(async (round) => {
        const of = round.return === null ? undefined : standing.get(round.return)
        const state = of?.state ?? 'no-data'
        const days = round.due === null ? null : daysTo(round.due, at)
        return {
          title: await roundTitle(collector, round),
          census: longDate(round.census),
          due: round.closed
            ? 'This collection is closed.'
            : state === 'authorised'
              ? 'Nothing more is due.'
              : dueWords(round.due, days),
          state: stateTag(collector, state),
          meaning: stateMeaning[state],
          found: of ? foundWords(of.errors, of.queries) : null,
          href: of ? `/collect/returns/${of.id}` : round.closed ? null : '/collect/send',
          link: of ? 'Look at it' : 'Send a file',
        }
      }),
    ),
    held: await Promise.all(
      [...standing.values()].map(async (of) => ({
        title: await roundTitle(collector, of),
        records: await recordsOf(collector, of),
        received: `Version ${number(of.version)}, received on ${dateAndTime(of.receivedAt)} from ${of.receivedBy}`,
        state: stateTag(collector, of.state),
        fingerprint: of.messageSha256,
        file: `/collect/returns/${of.id}/file`,
      })),
    ),
    past: await Promise.all(
      past.map(async (of) => ({
        title: await roundTitle(collector, of),
        version: `Version ${number(of.version)}`,
        href: `/collect/returns/${of.id}`,
        received: dateAndTime(of.receivedAt),
        state: stateTag(collector, of.state),
        why: of.replaceReason ?? '–',
      })),
    ),
  }
}

async function recordsOf(
  { definitions }: CollectorHouse['collector'],
  of: StoredReturn,
): Promise<SourceView['held'][number]['records']> {
  const tables = (await definitions.year(of.collection, of.year))?.tables
  return Object.entries(of.records)
    .filter(([name, many]) => many > 0 && tables?.get(name)?.once !== true)
    .map(([name, many]) => ({ label: tables?.get(name)?.label ?? name, many: number(many) }))
}

/** A source: what is due from it, and what the collector now holds of it. */
export function sourceRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/collect/sources/:laNumber/:source', nationalGuard, async (c) => {
    const { laNumber, source } = c.req.param()
    const view = await sourceView(house, c, laNumber, source)
    return page(c, { title: `${view.heading}: returns`, section: view.own ? 'collect' : 'returns' }, view)
  })
  return app
}
