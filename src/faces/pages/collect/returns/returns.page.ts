import { Hono } from 'hono'
import { returnStates, type ReturnState } from '../../../../core/collections/index.ts'
import { asPerson } from '../../../../national/collect/index.ts'
import { authorityNames, listReturns } from '../../../../national/collect/show/index.ts'
import {
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
} from '../../../index.ts'
import { render } from '../../frame/render.ts'
import { longDate } from '../../words/dates.ts'
import { count, number } from '../../words/numbers.ts'
import { nationalGuard } from '../guard.ts'
import { roundKey, roundOptions, roundsFor, roundTitle } from '../round.ts'
import { authorityLabel, stateTag } from '../words.ts'
import type { ReturnsView } from './returns.view.ts'

const page = render<ReturnsView>('collect/returns/returns.njk')
const pageSize = 50

async function returnsView({ collector }: CollectorHouse, c: RequestContext): Promise<ReturnsView> {
  const { person } = nationalSignedIn(c)
  const asked = (name: string): string => (c.req.query(name) ?? '').trim().slice(0, 100)
  const state = returnStates.find((one) => one === asked('state'))
  const laNumber = /^\d{3}$/.test(asked('authority')) ? asked('authority') : undefined
  const find = asked('find').replaceAll('\0', '')
  const wanted = Math.max(1, Math.min(100_000, Number.parseInt(asked('page'), 10) || 1))
  const { rounds, names, list } = await asPerson(collector, person).read(async (tx) => {
    const known = await roundsFor(tx, c.req.query('round'))
    return {
      rounds: known,
      names: await authorityNames(tx),
      list:
        known.chosen && (await listReturns(tx, known.chosen, { state, laNumber, find }, wanted, pageSize)),
    }
  })
  const { chosen } = rounds
  const pages = Math.ceil((list?.total ?? 0) / pageSize)
  const address = (to: number): string => {
    const query = new URLSearchParams()
    if (chosen) query.set('round', roundKey(chosen))
    if (state) query.set('state', state)
    if (laNumber) query.set('authority', laNumber)
    if (find !== '') query.set('find', find)
    if (to > 1) query.set('page', String(to))
    return `/collect/returns?${query.toString()}`
  }
  return {
    rounds: await roundOptions(collector, rounds),
    states: [
      { value: '', text: 'Every state', chosen: state === undefined },
      ...(Object.entries(collector.workflow.states) as [ReturnState, string][]).map(([value, text]) => ({
        value,
        text,
        chosen: value === state,
      })),
    ],
    authorities:
      person.scope.kind === 'collector'
        ? [
            { value: '', text: 'Every authority', chosen: laNumber === undefined },
            ...[...names].map(([value, name]) => ({
              value,
              text: `${name} (${value})`,
              chosen: value === laNumber,
            })),
          ]
        : [],
    find,
    summary: chosen
      ? `${await roundTitle(collector, chosen)}: ${summaryOf(list?.total ?? 0, wanted, pages)}`
      : 'No collection is open.',
    rows: (list?.rows ?? []).map((row) => ({
      name: row.name,
      number: row.source,
      href:
        row.return === null
          ? `/collect/sources/${row.laNumber}/${row.source}`
          : `/collect/returns/${row.return}`,
      authority: authorityLabel(names, row.laNumber),
      state: stateTag(collector, row.state),
      since: row.since ? longDate(row.since) : '–',
      errors: row.return === null ? '–' : number(row.errors),
      queries: row.return === null ? '–' : number(row.queries),
    })),
    earlier: wanted > 1 ? address(wanted - 1) : null,
    later: wanted < pages ? address(wanted + 1) : null,
  }
}

const summaryOf = (total: number, page: number, pages: number): string =>
  total === 0
    ? 'none fits. Choose less, or look for another name.'
    : pages > 1
      ? `${count(total, 'return')}, page ${number(page)} of ${number(pages)}.`
      : `${count(total, 'return')}.`

/** The list of a round’s returns, sent or not. A source’s name is no pupil’s: it may stand in an address. */
export function returnsRoutes(house: CollectorHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/collect/returns', nationalGuard, async (c) =>
    page(c, { title: 'Returns', section: 'returns', wide: true }, await returnsView(house, c)),
  )
  return app
}
