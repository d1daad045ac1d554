import type {
  Condition,
  FilterDeclaration,
  IndicatorDeclaration,
  TableDeclaration,
} from '../declare/declaration.ts'

/** A statement over a data set’s view, in the subset of SQL that every engine answers alike, and what its columns are. */
export interface TableSql {
  readonly sql: string
  readonly filters: readonly FilterDeclaration[]
  /** Indicators that are counted; percentages are made of them afterwards. */
  readonly counted: readonly IndicatorDeclaration[]
}

/**
 * Counts the finest cells of one breakdown: by year, authority, school where the table has schools, and the filters as
 * positions of their items. Whole numbers only; nothing is rounded, divided or left to an order.
 */
export function tableSql(
  table: TableDeclaration,
  breakdown: readonly number[],
  { keys }: { readonly keys: boolean },
): TableSql {
  const filters = breakdown.flatMap((at) => table.filters[at] ?? [])
  const counted = table.indicators.filter(({ kind }) => kind !== 'percent')
  const own = quoted(table.dataset)
  const column = columnOf(table)
  const groups = [
    column('academic_year'),
    column(table.authority),
    ...(table.levels.includes('School') ? [column('urn')] : []),
    ...filters.map((filter) => itemSql(column, filter)),
  ]
  const columns = [
    ...groups.map((group, i) => `${group} AS g${String(i)}`),
    ...counted.map((each, i) => `${countSql(column, each)} AS i${String(i)}`),
    ...(keys
      ? counted.map(
          (each, i) => `sum(${whenSql(column, conditionOf(each), 'k.record_key')}) AS k${String(i)}`,
        )
      : []),
  ]
  const from = `${sourceSql(table)}${keys ? ` JOIN record_key k ON k.pmr = ${own}.pmr` : ''}`
  const positions = groups.map((_, i) => String(i + 1)).join(', ')
  return {
    sql: `SELECT ${columns.join(', ')} FROM ${from}${whereSql(table)} GROUP BY ${positions} ORDER BY ${positions}`,
    filters,
    counted,
  }
}

/** Those of whom a table is: for their keys. */
export const populationSql = (table: TableDeclaration): string =>
  `SELECT DISTINCT ${quoted(table.dataset)}.pmr AS pmr FROM ${sourceSql(table)}${whereSql(table)} ORDER BY 1`

type Column = (path: string) => string

/** A column of the table’s own data set, or `dataset.column` of any that it reads. */
const columnOf =
  ({ dataset }: TableDeclaration): Column =>
  (path) => {
    const [first = '', second] = path.split('.')
    return second === undefined ? `${quoted(dataset)}.${quoted(first)}` : `${quoted(first)}.${quoted(second)}`
  }

const sourceSql = ({ dataset, with: joined }: TableDeclaration): string =>
  [
    quoted(dataset),
    ...[...joined].map(
      ([name, columns]) =>
        `LEFT JOIN ${quoted(name)} ON ${columns.map((column) => `${quoted(name)}.${quoted(column)} = ${quoted(dataset)}.${quoted(column)}`).join(' AND ')}`,
    ),
  ].join(' ')

function whereSql(table: TableDeclaration): string {
  const column = columnOf(table)
  const conditions = table.population.map((each) => conditionSql(column, each))
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
}

/** Codes are compared as text in small letters: `true` and `false` are a boolean column’s. */
function itemSql(column: Column, { column: path, codes, otherwise }: FilterDeclaration): string {
  const cases = [...codes].map(([code, item]) => `WHEN ${text(code.toLowerCase())} THEN ${String(item)}`)
  const other = otherwise === null ? '' : ` ELSE ${String(otherwise)}`
  return `CASE lower(CAST(${column(path)} AS VARCHAR)) ${cases.join(' ')}${other} END`
}

const conditionOf = (each: IndicatorDeclaration): Condition | null =>
  each.kind === 'percent' ? null : each.where

function countSql(column: Column, each: IndicatorDeclaration): string {
  if (each.kind === 'percent') throw new Error('a percentage is not counted')
  const value = each.kind === 'sum' ? column(each.column) : '1'
  return `CAST(coalesce(sum(${whenSql(column, each.where, value)}), 0) AS BIGINT)`
}

const whenSql = (column: Column, where: Condition | null, then: string): string =>
  where === null ? then : `CASE WHEN ${conditionSql(column, where)} THEN ${then} ELSE 0 END`

const conditionSql = (column: Column, { column: path, in: values }: Condition): string =>
  `${column(path)} IN (${values.map((value) => (typeof value === 'string' ? text(value) : String(value))).join(', ')})`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
