import type { Analytics } from '../analytics/index.ts'
import type { Comparison } from './comparison/levels.ts'
import { levelColumn, levelSql, measureColumns } from './level-sql.ts'

/** How many pairs are at the same level of every comparison. */
export interface Pattern {
  /** A level a comparison, in their order; -1 where a side lacks the value. */
  readonly levels: readonly number[]
  readonly pairs: number
}

/** Counts the pairs of `from` (records `l` and `r`) by their levels: some thousand rows, whatever the number of pairs. */
export async function countPatterns(
  analytics: Analytics,
  comparisons: readonly Comparison[],
  from: string,
): Promise<readonly Pattern[]> {
  const columns = comparisons.map(levelColumn)
  const rows = await analytics.rows(
    `SELECT ${columns.join(', ')}, count(*) AS pairs FROM (${levelledSql(comparisons, from)}) GROUP BY ALL ORDER BY ALL`,
  )
  return rows.map((row) => ({
    levels: comparisons.map(({ name }) => Number(row[`${name}$level`])),
    pairs: Number(row['pairs']),
  }))
}

/**
 * The pairs of `from` with their levels. Measures are worked out in an inner query, once a pair: a CASE that names a
 * similarity three times would compute it three times.
 */
export function levelledSql(
  comparisons: readonly Comparison[],
  from: string,
  keep: readonly string[] = [],
  where = '',
): string {
  const fields = [...new Set(comparisons.flatMap((each) => each.fields))]
  const sides = fields.flatMap((field) => [`l."${field}" AS "l.${field}"`, `r."${field}" AS "r.${field}"`])
  const inner = `SELECT ${[...keep, ...sides, ...measureColumns(comparisons)].join(', ')} FROM ${from}${where === '' ? '' : ` WHERE ${where}`}`
  const levels = comparisons.map((each) => `${flat(levelSql(each))} AS ${levelColumn(each)}`)
  return `SELECT *, ${levels.join(', ')} FROM (${inner})`
}

/** A test over `l` and `r`, for a query in which they are columns. */
const flat = (sql: string): string => sql.replaceAll(/\b([lr])\."([^"]+)"/gu, '"$1.$2"')
