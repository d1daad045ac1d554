import type { AnalyticsRow, Lane } from '../analytics/index.ts'
import { brokenIn, type RuleQuery } from './compile-rules.ts'
import { named } from './condition/sql-text.ts'

/**
 * How many records a return may break one rule with that are named one by one: more than any school has pupils. What is past it
 * is counted, so that a message of ten million wrong records is answered in bounded memory.
 */
export const mostNamed = 5000

/**
 * From so many rules on, what is true of each record is written down before those that break one are looked for: a statement
 * that asks both has every condition twice, and takes twice the planning.
 */
const many = 12

/** Does something with a statement that gives what the query’s statement does. */
export async function withBroken<T>(
  lane: Lane,
  query: RuleQuery,
  use: (sql: string) => Promise<T>,
): Promise<T> {
  if (query.rules.length < many) return use(query.sql)
  await lane.run(`CREATE TEMP TABLE "tested$" AS ${query.tested}`)
  try {
    return await use(brokenIn(query, 'temp."tested$"'))
  } finally {
    await lane.run('DROP TABLE temp."tested$"')
  }
}

/**
 * The first records of each return that break each rule of the query, with their places among its records of the table, and
 * how `many` there are. `wanted`: how many records of each rule are still to be named; one comes of each that is broken.
 */
export function breaches(
  lane: Lane,
  query: RuleQuery,
  wanted: readonly number[] = query.rules.map(() => mostNamed),
): Promise<readonly AnalyticsRow[]> {
  const { on } = query
  return withBroken(lane, query, async (sql) => {
    if (on === 'return') return lane.rows(`SELECT *, 1 AS many, NULL AS ordinal FROM (${sql})`)
    await lane.run(
      `CREATE TEMP TABLE "broken$" AS SELECT return_id, rule, count(*) AS many, min({n: n, line: line}, ${String(mostNamed)}) AS named FROM (${sql}) GROUP BY ALL`,
    )
    try {
      const [found] = await lane.rows('SELECT count(*) AS many FROM "broken$"')
      if (found?.['many'] === 0) return []
      const first = `[${wanted.map((most) => String(Math.max(1, most))).join(', ')}][rule + 1]`
      const order = `SELECT n, row_number() OVER (PARTITION BY return_id ORDER BY n) AS ordinal FROM ${named(on)}`
      return await lane.rows(
        `SELECT broken.*, placed.ordinal FROM (SELECT return_id, rule, many, unnest(named[1:${first}], recursive := true) FROM "broken$") AS broken JOIN (${order}) AS placed ON placed.n = broken.n`,
      )
    } finally {
      await lane.run('DROP TABLE temp."broken$"')
    }
  })
}
