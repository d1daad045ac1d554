import { Hono } from 'hono'
import { listHoldings, requireSteward, type ListedDataset } from '../../../national/holdings/index.ts'
import { nationalSignedIn, type RequestContext, type RequestEnv } from '../../index.ts'
import { nationalGuard } from '../collect/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime } from '../words/dates.ts'
import { number } from '../words/numbers.ts'
import type { DatasetsView } from './datasets.view.ts'
import type { HoldingsHouse } from './routes.ts'

const page = render<DatasetsView>('holdings/datasets.njk')

const terms: Readonly<Record<string, string>> = {
  AUT: 'autumn',
  SPR: 'spring',
  SUM: 'summer',
  SUM6: 'sixth half-term',
  YEAR: '',
  JUN: 'June',
  NOV: 'November',
}

/** `2024/25, spring`: the academic year as people write it. */
export const periodWords = (academicYear: number, term: string): string =>
  academicYear === 0
    ? 'all years'
    : [`${String(academicYear - 1)}/${String(academicYear % 100).padStart(2, '0')}`, terms[term] ?? term]
        .filter(Boolean)
        .join(', ')

async function datasetsView(house: HoldingsHouse, c: RequestContext): Promise<DatasetsView> {
  requireSteward(nationalSignedIn(c).person)
  const listed = await listHoldings(await house.holdings())
  return {
    edition: listed.edition === 0 ? 'Nothing was built yet.' : `Edition ${number(listed.edition)} stands.`,
    datasets: listed.datasets.map(datasetView),
    editions: listed.editions.toReversed().map((each) => ({
      number: number(each.number),
      when: dateAndTime(new Date(each.at)),
      by: each.by,
      run: number(each.matchingRun),
      note: each.note,
    })),
  }
}

const datasetView = ({
  id,
  title,
  description,
  kind,
  sensitive,
  partitions,
}: ListedDataset): DatasetsView['datasets'][number] => ({
  id,
  title,
  description,
  note: [
    kind === 'source' ? 'As returns brought it.' : 'Worked out of other data sets.',
    sensitive ? 'Highly sensitive: files and key of its own.' : '',
  ]
    .filter(Boolean)
    .join(' '),
  href: `/holdings/dictionary?dataset=${id}`,
  versions: partitions.flatMap(({ academicYear, term, versions }) =>
    versions.map((each) => ({
      period: periodWords(academicYear, term),
      version: each.version,
      stands: each.stands ? 'Stands' : 'Earlier',
      rows: number(each.rows),
      linked: each.linked === null ? '–' : number(each.linked),
      byHand: each.setByHand === null ? '–' : number(each.setByHand),
      change: each.difference
        ? `${number(each.difference.only)} new or changed, ${number(each.difference.gone)} gone since ${each.difference.version}`
        : '–',
      run: number(each.matchingRun),
      built: dateAndTime(new Date(each.builtAt)),
    })),
  ),
})

/** What is held, in which versions. */
export function datasetsRoutes(house: HoldingsHouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/holdings', nationalGuard, async (c) =>
    page(c, { title: 'Holdings', section: 'holdings' }, await datasetsView(house, c)),
  )
  return app
}
