import type { Analytics } from '../../core/analytics/index.ts'
import type { Matching } from './matching.ts'
import { personSql } from './person-sql.ts'
import { ofKind, type MatchState } from './runs.store.ts'
import { severedSql } from './sever.ts'
import { parquet } from './sql-words.ts'
import { segmentPath } from './state-files.ts'

/**
 * Makes `member` (an identity of a component that is put together anew: `root`, `node`, `pmr`, `since`, `earlier`, `number`, `former`,
 * `returns`) and `tie` (`root`, `a`, `b`, `rank`, `weight`; −1 a person said that they are the same, −2 that they are not). It reads
 * `edge`, `fresh`, `incoming`, `known` and `said` (`a`, `b`, `verdict`, `now`: since the last run).
 */
export async function memberTables(
  matching: Matching,
  analytics: Analytics,
  state: MatchState,
): Promise<void> {
  const run = (sql: string): Promise<void> => analytics.run(sql)
  const files = (kind: 'edges' | 'links' | 'people'): readonly string[] =>
    ofKind(state, kind).map((each) => segmentPath(matching, each))
  const [edges, links, people] = [files('edges'), files('links'), files('people')]

  await run(
    `CREATE TABLE touched AS SELECT a, b FROM edge WHERE strong UNION SELECT a, b FROM said WHERE verdict = 'same' AND now`,
  )
  await run(
    `CREATE TABLE asked AS SELECT a AS node FROM touched UNION SELECT b FROM touched UNION SELECT a FROM said WHERE now UNION SELECT b FROM said WHERE now UNION SELECT node FROM incoming WHERE once`,
  )
  await run(`CREATE TABLE before AS ${personSql(matching, state, 'node IN (SELECT node FROM asked)')}`)
  // Two that may be one child and now stand in one return: they are two.
  await run(
    `CREATE TABLE again AS SELECT DISTINCT component FROM (SELECT component FROM incoming JOIN before USING (node) WHERE once GROUP BY return_id, "table", component HAVING count(DISTINCT node) > 1)
      UNION SELECT component FROM said JOIN before ON node = a OR node = b WHERE now`,
  )
  await run(
    `CREATE TABLE joint AS SELECT DISTINCT coalesce(x.component, a) AS x, coalesce(y.component, b) AS y FROM touched LEFT JOIN before AS x ON x.node = a LEFT JOIN before AS y ON y.node = b`,
  )
  await run('CREATE TABLE way AS SELECT x, y FROM joint UNION SELECT y, x FROM joint')
  await run(
    'CREATE TABLE label AS SELECT x, x AS root FROM (SELECT x FROM way UNION SELECT component FROM again)',
  )
  for (;;) {
    await run(
      'CREATE OR REPLACE TABLE lower AS SELECT l.x, least(l.root, min(o.root)) AS root FROM label AS l JOIN way ON way.x = l.x JOIN label AS o ON o.x = way.y GROUP BY l.x, l.root HAVING min(o.root) < l.root',
    )
    const [row] = await analytics.rows('SELECT count(*) AS many FROM lower')
    if (Number(row?.['many']) === 0) break
    await run('UPDATE label SET root = lower.root FROM lower WHERE label.x = lower.x')
    // Jumps: a root that has a lower root leads to it.
    await run('UPDATE label SET root = r.root FROM label AS r WHERE label.root = r.x AND r.root < label.root')
  }
  const old =
    people.length === 0
      ? 'SELECT NULL::UUID AS node, NULL::UUID AS root WHERE false'
      : `SELECT node, root FROM (${personSql(matching, state, `node IN (SELECT node FROM ${parquet(people)} WHERE component IN (SELECT x FROM label))`)}) JOIN label ON component = x`
  await run(
    `CREATE TABLE placed AS SELECT node, root FROM fresh JOIN label ON node = x UNION SELECT node, root FROM (${old})`,
  )
  await run(
    `CREATE TABLE stood AS SELECT DISTINCT node, return_id || '/' || "table" AS place FROM incoming WHERE once AND node IN (SELECT node FROM placed)${links.length === 0 ? '' : ` UNION SELECT node, return_id || '/' || "table" FROM ${parquet(links)} WHERE once AND node IN (SELECT node FROM placed)`}`,
  )
  const earlier =
    people.length === 0
      ? 'SELECT NULL::UUID AS node, NULL::VARCHAR AS pmrs WHERE false'
      : `SELECT node, string_agg(DISTINCT pmr, ' ' ORDER BY pmr) AS pmrs FROM ${parquet(people)} WHERE node IN (SELECT node FROM placed) GROUP BY node HAVING count(DISTINCT pmr) > 1`
  await run(
    `CREATE TABLE member AS SELECT root, placed.node, p.pmr, p.since, e.pmrs AS earlier, i."upnSure" AS number, i."formerUpn" AS former, s.places AS returns
      FROM placed JOIN (SELECT node, "upnSure", "formerUpn" FROM known WHERE node IN (SELECT node FROM placed) UNION ALL SELECT node, "upnSure", "formerUpn" FROM fresh) AS i USING (node)
      LEFT JOIN (${personSql(matching, state, 'node IN (SELECT node FROM placed)')}) AS p ON p.node = placed.node
      LEFT JOIN (${earlier}) AS e ON e.node = placed.node
      LEFT JOIN (SELECT node, string_agg(place, ' ' ORDER BY place) AS places FROM stood GROUP BY node) AS s ON s.node = placed.node`,
  )
  const oldEdges =
    edges.length === 0
      ? ''
      : ` UNION ALL SELECT a, b, rank, weight FROM ${parquet(edges)} WHERE strong AND a IN (SELECT node FROM placed) AND ${severedSql(matching.keys, 'a', 'b')} NOT IN (SELECT digest FROM sealed)`
  await run(
    `CREATE TABLE tie AS SELECT root, a, b, min(rank) AS rank, max(weight) AS weight FROM (SELECT a, b, rank, weight FROM edge WHERE strong${oldEdges}) JOIN placed ON a = node GROUP BY ALL
      UNION ALL SELECT root, a, b, CASE verdict WHEN 'same' THEN -1 ELSE -2 END, 0 FROM said JOIN placed ON a = node WHERE verdict <> 'unsure'`,
  )
}
