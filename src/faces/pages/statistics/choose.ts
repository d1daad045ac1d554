import type { Facets, StatisticVersion } from '../../../national/statistics/release/index.ts'
import {
  query,
  type Criteria,
  type QueryAnswer,
  type Statistics,
} from '../../../national/statistics/serve/index.ts'
import type { TableView } from './statistics.view.ts'

/** What somebody chose in the table builder: all of it stands in the address. */
export interface Chosen {
  readonly level: string
  readonly place: string
  readonly times: readonly string[]
  readonly indicators: readonly string[]
  /** By filter. */
  readonly items: ReadonlyMap<string, readonly string[]>
}

export const longestTable = 500

/** The choices of an address; where nothing is said, the widest level, the latest period, each filter's usual item. */
export function chosenIn(search: URLSearchParams, facets: Facets): Chosen {
  const known = (name: string, ids: readonly string[], usual: readonly string[]): readonly string[] => {
    const asked = search.getAll(name).filter((id) => ids.includes(id))
    return asked.length > 0 ? asked : usual
  }
  const times = facets.timePeriods.map(timeKey)
  const levels = facets.levels.map(({ code }) => code)
  const indicators = facets.indicators.map(({ id }) => id)
  return {
    level: known('level', levels, levels.slice(0, 1))[0] ?? '',
    place: (search.get('place') ?? '').trim().slice(0, 100),
    times: known('time', times, times.slice(-1)),
    indicators: known('indicator', indicators, indicators.slice(0, 3)),
    items: new Map(
      facets.filters.map((filter) => [
        filter.id,
        known(
          `filter-${filter.id}`,
          filter.items.map(({ id }) => id),
          filter.items.filter(({ label }) => label === filter.default).map(({ id }) => id),
        ),
      ]),
    ),
  }
}

export const timeKey = ({ period, code }: Facets['timePeriods'][number]): string => `${period}|${code}`

const optionsOf = (facets: Facets, level: string): Facets['locations'][number]['options'] =>
  facets.locations.find((group) => group.level === level)?.options ?? []

export function criteriaOf({ level, place, times, items }: Chosen, facets: Facets): Criteria {
  const words = place.toLowerCase()
  const places =
    place === '' ? null : optionsOf(facets, level).filter(({ label }) => label.toLowerCase().includes(words))
  return {
    and: [
      { facets: { geographicLevels: { in: [level as 'NAT'] } } },
      {
        facets: {
          timePeriods: {
            in: times.map((time) => {
              const [period = '', code = ''] = time.split('|')
              return { period, code }
            }),
          },
        },
      },
      ...[...items.values()]
        .filter((ids) => ids.length > 0)
        .map((ids) => ({ facets: { filters: { in: [...ids] } } })),
      ...(places === null
        ? []
        : [
            places.length === 0
              ? { not: { and: [] } }
              : { facets: { locations: { in: places.map(({ id }) => ({ level: level as 'NAT', id })) } } },
          ]),
    ],
  }
}

export async function tableOf(
  { collector, cubes }: Statistics,
  version: StatisticVersion,
  facets: Facets,
  chosen: Chosen,
  caption: string,
): Promise<{ readonly table: TableView; readonly total: number }> {
  const answered = await query(
    collector,
    cubes,
    { version, facets },
    {
      criteria: criteriaOf(chosen, facets),
      indicators: chosen.indicators,
      sorts: [],
      debug: false,
      page: 1,
      pageSize: longestTable,
    },
  )
  const { results, paging } = answered.ok ? answered.value : { results: [], paging: { totalResults: 0 } }
  return { table: tableFrom(results, facets, chosen, caption), total: paging.totalResults }
}

function tableFrom(
  results: QueryAnswer['results'],
  facets: Facets,
  chosen: Chosen,
  caption: string,
): TableView {
  const labels = new Map(
    facets.filters.flatMap(({ items }) => items.map(({ id, label }) => [id, label] as const)),
  )
  const places = new Map(optionsOf(facets, chosen.level).map(({ id, label }) => [id, label]))
  const times = new Map(facets.timePeriods.map((time) => [timeKey(time), time.label]))
  const shown = facets.indicators.filter(({ id }) => chosen.indicators.includes(id))
  const filters = facets.filters.filter(
    ({ id }) => (chosen.items.get(id)?.length ?? 0) > 0 && facets.filters.length > 0,
  )
  return {
    caption,
    head: [
      'Place',
      'Period',
      ...filters.map(({ label }) => label),
      ...shown.map(({ label, unit }) => (unit === '%' ? `${label} (%)` : label)),
    ],
    rows: results.map((row) => ({
      first: places.get(row.locations[chosen.level] ?? '') ?? '',
      rest: [
        times.get(`${row.timePeriod.period}|${row.timePeriod.code}`) ?? '',
        ...filters.map(({ id }) => labels.get(row.filters[id] ?? '') ?? ''),
        ...shown.map(({ id, decimalPlaces }) => figure(row.values[id] ?? '', decimalPlaces)),
      ],
    })),
  }
}

/** As people read it: thousands apart, to the places that the metadata asks for; symbols as they are. */
function figure(value: string, places: number | null): string {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value
  const [whole = '', part = ''] = value.split('.')
  const digits =
    places === null
      ? part
      : part.slice(0, places).padEnd(Math.min(places, Math.max(part.length, places)), '0')
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${digits === '' ? '' : `.${digits}`}`
}
