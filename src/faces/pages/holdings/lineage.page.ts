import { Hono } from 'hono'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { lineageOf, requireSteward, type Lineage } from '../../../national/holdings/index.ts'
import { nationalSignedIn, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime } from '../words/dates.ts'
import { number } from '../words/numbers.ts'
import { periodWords } from './datasets.page.ts'
import type { LineageView } from './lineage.view.ts'
import type { HoldingsHouse } from './routes.ts'

const page = render<LineageView>('holdings/lineage.njk')

async function lineageView(house: HoldingsHouse, c: RequestContext): Promise<LineageView> {
  const { person } = nationalSignedIn(c)
  requireSteward(person)
  const home = await house.holdings()
  const dataset = c.req.query('dataset') ?? ''
  const row = (c.req.query('row') ?? '').trim()
  const view = {
    datasets: [...home.declarations.sources.values()].map(({ id, title }) => ({
      value: id,
      text: title,
      chosen: id === dataset,
    })),
    row,
  }
  if (row === '') return { ...view, refused: null, found: null }
  try {
    return { ...view, refused: null, found: foundView(await lineageOf(home, person, dataset, row)) }
  } catch (error) {
    if (!(error instanceof GatehouseError) || !['bad-input', 'not-found'].includes(error.code)) throw error
    return { ...view, refused: error.message, found: null }
  }
}

const foundView = ({ return: of, row, versions, goesInto }: Lineage): LineageView['found'] => ({
  return: `/collect/returns/${row.returnId}`,
  facts: [
    {
      key: 'Return',
      value: `${of.collection} ${String(of.year)} ${of.term}, version ${number(of.version)}${of.stands ? '' : ', which stands no more'}`,
    },
    { key: 'Record', value: number(row.n) },
    { key: 'Of', value: `${of.sourceName} (${of.source})` },
    { key: 'Received', value: `${dateAndTime(new Date(of.receivedAt))}, by ${of.receivedBy}` },
    {
      key: 'Authorised',
      value:
        of.authorisedAt === null
          ? 'not recorded'
          : `${dateAndTime(new Date(of.authorisedAt))}, by ${of.authorisedBy ?? ''}`,
    },
    { key: 'SHA-256 of the message', value: of.messageSha256 },
  ],
  versions: versions.map((each) => ({
    period: periodWords(each.academicYear, each.term),
    version: each.version,
    state: each.stands ? 'Stands' : 'Earlier',
    run: number(each.matchingRun),
    built: dateAndTime(new Date(each.builtAt)),
    engine: each.engine,
  })),
  goesInto: goesInto.map(
    ({ dataset, academicYear, version }) =>
      `${dataset}, ${periodWords(academicYear, '')}, version ${version}`,
  ),
})

/** From a row to its return and its matching run. */
export function lineageRoutes(house: HoldingsHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/holdings/lineage', nationalGuard, async (c) =>
    page(c, { title: 'Where a row came from', section: 'holdings' }, await lineageView(house, c)),
  )
  return app
}
