import type { AnalyticsRow } from '../../../core/analytics/index.ts'
import type { Collector } from '../../collect/index.ts'
import { cubeColumns, cubeFile, type Facets, type StatisticVersion } from '../release/index.ts'
import { conditionOf, type Remark } from './criteria.ts'
import type { Cubes } from './cubes.ts'
import type { QueryRequest, Read } from './read-request.ts'

export interface QueryRow {
  readonly timePeriod: { readonly period: string; readonly code: string }
  readonly geographicLevel: string
  readonly locations: Readonly<Record<string, string>>
  readonly filters: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, string>>
}

export interface QueryAnswer {
  readonly paging: Paging
  readonly results: readonly QueryRow[]
  readonly warnings: readonly Remark[]
}

export interface Paging {
  readonly page: number
  readonly pageSize: number
  readonly totalResults: number
  readonly totalPages: number
}

export const pagingOf = (page: number, pageSize: number, totalResults: number): Paging => ({
  page,
  pageSize,
  totalResults,
  totalPages: Math.ceil(totalResults / pageSize),
})

/** Answers criteria from the cube of a published version. */
export async function query(
  collector: Pick<Collector, 'home'>,
  cubes: Cubes,
  { version, facets }: { readonly version: StatisticVersion; readonly facets: Facets },
  request: QueryRequest,
): Promise<Read<QueryAnswer>> {
  const errors: Remark[] = []
  const warnings: Remark[] = []
  const indicators = chosen(request, facets, errors)
  const order = orderOf(request, facets, errors)
  if (errors.length > 0) return { ok: false, errors }
  const where = request.criteria ? conditionOf(request.criteria, facets, warnings) : 'TRUE'
  const cube = `read_parquet('${cubeFile(collector, version.id).replaceAll("'", "''")}')`
  const total =
    where === 'TRUE'
      ? version.rows
      : Number((await cubes.rows(`SELECT count(*) AS total FROM ${cube} WHERE ${where}`))[0]?.['total'] ?? 0)
  const from = (request.page - 1) * request.pageSize
  const names = cubeColumns(facets)
  const columns = [
    names.time,
    names.level,
    ...names.places,
    ...names.filters,
    ...indicators.map((v) => `v${String(v)}`),
  ]
  const rows =
    from >= total
      ? []
      : await cubes.rows(
          where === 'TRUE' && order === 'n'
            ? // Rows lie in this order: only the part of the file that holds them is read.
              `SELECT ${columns.join(', ')} FROM ${cube} WHERE n >= ${String(from)} AND n < ${String(from + request.pageSize)} ORDER BY n`
            : `SELECT ${columns.join(', ')} FROM ${cube} WHERE ${where} ORDER BY ${order} LIMIT ${String(request.pageSize)} OFFSET ${String(from)}`,
        )
  if (total === 0)
    warnings.push({
      message: 'No results matched the query criteria. You may need to refine your query.',
      code: 'QueryNoResults',
      path: '',
    })
  const show = shower(facets, indicators, request.debug)
  return {
    ok: true,
    value: { paging: pagingOf(request.page, request.pageSize, total), results: rows.map(show), warnings },
  }
}

function chosen({ indicators }: QueryRequest, facets: Facets, errors: Remark[]): readonly number[] {
  if (indicators === null) return [...facets.indicators.keys()]
  const found = indicators.map((id) => facets.indicators.findIndex((each) => each.id === id))
  const missing = indicators.filter((_, i) => (found[i] ?? -1) < 0)
  if (missing.length > 0)
    errors.push({
      message: 'One or more indicators could not be found.',
      code: 'IndicatorsNotFound',
      path: '$.indicators',
      detail: { items: missing },
    })
  return [...new Set(found.filter((at) => at >= 0))]
}

function orderOf({ sorts }: QueryRequest, facets: Facets, errors: Remark[]): string {
  const parts = sorts.flatMap(({ field, direction }, i) => {
    const column = sortColumn(field, facets)
    if (column === null) {
      errors.push({
        message: 'This field could not be found.',
        code: 'SortFieldsNotFound',
        path: `$.sorts[${String(i)}]`,
        detail: { items: [field] },
      })
      return []
    }
    return [`${column} ${direction === 'Asc' ? 'ASC' : 'DESC'} NULLS LAST`]
  })
  return [...parts, 'n'].join(', ')
}

function sortColumn(field: string, facets: Facets): string | null {
  if (field === 'timePeriod') return 't'
  if (field === 'geographicLevel') return 'g'
  const [kind, id] = field.split('|')
  if (kind === 'location' && facets.locations.some(({ level }) => level === id)) return `l_${id ?? ''}`
  const at = (kind === 'filter' ? facets.filters : facets.indicators).findIndex((each) => each.id === id)
  if (at < 0) return null
  if (kind === 'filter') return `f${String(at)}`
  // Symbols come last, whichever way numbers go.
  return kind === 'indicator' ? `TRY_CAST(v${String(at)} AS DOUBLE)` : null
}

function shower(
  facets: Facets,
  indicators: readonly number[],
  debug: boolean,
): (row: AnalyticsRow) => QueryRow {
  const told = ({ id, label }: { readonly id: string; readonly label: string }): string =>
    debug ? `${id} :: ${label}` : id
  const levels = new Map(facets.levels.map(({ at, code }) => [at, code]))
  const filters = facets.filters.map((filter, f) => ({
    column: `f${String(f)}`,
    name: debug ? `${filter.id} :: ${filter.column}` : filter.id,
    items: filter.items.map(told),
  }))
  const places = facets.locations.map(({ level, options }) => ({
    column: `l_${level}`,
    level,
    options: options.map(told),
  }))
  const values = indicators.flatMap((v) => {
    const each = facets.indicators[v]
    return each ? [{ column: `v${String(v)}`, name: debug ? `${each.id} :: ${each.column}` : each.id }] : []
  })
  return (row) => {
    const time = facets.timePeriods[Number(row['t'])]
    const locations: Record<string, string> = {}
    for (const { column, level, options } of places) {
      const place = options[Number(row[column])]
      if (place !== undefined) locations[level] = place
    }
    return {
      timePeriod: { period: time?.period ?? '', code: time?.code ?? '' },
      geographicLevel: levels.get(Number(row['g'])) ?? '',
      locations,
      filters: Object.fromEntries(
        filters.map(({ column, name, items }) => [name, items[Number(row[column])] ?? '']),
      ),
      values: Object.fromEntries(
        values.map(({ column, name }) => [name, (row[column] as string | null) ?? '']),
      ),
    }
  }
}
