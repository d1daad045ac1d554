import { join } from 'node:path'
import type { Analytics } from '../../core/analytics/index.ts'
import { agreeSql, fieldSql, rarityOf } from '../../core/linkage/index.ts'
import { identityColumns } from './identity-sql.ts'
import type { Matching } from './matching.ts'
import { ofKind, type MatchState } from './runs.store.ts'
import { unsealFile } from './seal.ts'
import { named, parquet, quoted } from './sql-words.ts'
import { segmentPath } from './state-files.ts'
import type { TrainedModel } from './trained-model.ts'

const columns = ['node', ...identityColumns].map(named).join(', ')

/** Makes `known`, a view of every identity of the state, opened into the spill folder. */
export async function openKnown(
  matching: Matching,
  analytics: Analytics,
  state: MatchState,
  spill: string,
): Promise<void> {
  const files: string[] = []
  for (const each of ofKind(state, 'identities')) {
    const plain = join(spill, `identities-${String(each.run)}.parquet`)
    await unsealFile(matching.keys.sealing, segmentPath(matching, each), plain)
    files.push(plain)
  }
  const none = `SELECT NULL::UUID AS node, ${identityColumns.map((name) => `NULL::VARCHAR AS ${named(name)}`).join(', ')} WHERE false`
  await analytics.run(
    `CREATE VIEW known AS ${files.length === 0 ? none : `SELECT ${columns} FROM ${parquet(files)}`}`,
  )
}

/** Makes `fresh`: the identities among `incoming` that were never met. @returns how many */
export async function findFresh(analytics: Analytics): Promise<number> {
  await analytics.run(
    `CREATE TABLE fresh AS SELECT DISTINCT ${columns} FROM incoming WHERE node NOT IN (SELECT node FROM known SEMI JOIN incoming USING (node))`,
  )
  const [row] = await analytics.rows('SELECT count(*) AS many FROM fresh')
  return Number(row?.['many'])
}

/**
 * Makes `record`, what the model scores: the fresh identities, and of the known ones those that share a blocking key with one. Known
 * ones come first; `n` counts in the order of identities, so that the order in which they came changes nothing.
 */
export async function prepareRecords(
  { definition: { linkage } }: Matching,
  analytics: Analytics,
  trained: TrainedModel | null,
): Promise<void> {
  const fields = [...linkage.fields]
  const derived = fields.map(([name, field]) => `${fieldSql(field)} AS ${named(name)}`).join(', ')
  await analytics.run(`CREATE VIEW "knownFields" AS SELECT node, ${derived} FROM known`)
  await analytics.run(`CREATE TABLE "freshFields" AS SELECT node, ${derived} FROM fresh`)
  const near = linkage.blocking.map(
    (rule) =>
      `SELECT l.node FROM "knownFields" AS l SEMI JOIN "freshFields" AS r ON ${rule.map(agreeSql).join(' AND ')}`,
  )
  await analytics.run(`CREATE TABLE near AS ${near.join(' UNION ')}`)
  const all = `SELECT 0 AS source, * FROM "knownFields" WHERE node IN (SELECT node FROM near) UNION ALL SELECT 1 AS source, * FROM "freshFields"`
  const rare = trained ? [...rarityOf(linkage)] : []
  for (const field of rare) await termTable(analytics, field, trained?.terms[field] ?? {})
  const shares = rare.map(
    (field) =>
      `, CASE WHEN ${named(field)} IS NOT NULL THEN coalesce(${named(`${field}$term`)}.share, ${String(trained?.floors[field] ?? 1)}) END AS ${named(`${field}$share`)}`,
  )
  const joins = rare.map(
    (field) => ` LEFT JOIN ${named(`${field}$term`)} ON ${named(field)} = ${named(`${field}$term`)}.term`,
  )
  await analytics.run(
    `CREATE TABLE record AS SELECT row_number() OVER (ORDER BY source, node) - 1 AS n, source, node, ${fields.map(([name]) => named(name)).join(', ')}${shares.join('')} FROM (${all})${joins.join('')} ORDER BY n`,
  )
}

async function termTable(
  analytics: Analytics,
  field: string,
  terms: Readonly<Record<string, number>>,
): Promise<void> {
  await analytics.run(`CREATE TABLE ${named(`${field}$term`)} (term VARCHAR, share DOUBLE)`)
  const rows = Object.entries(terms).map(([term, share]) => `(${quoted(term)}, ${String(share)})`)
  for (let i = 0; i < rows.length; i += 5000)
    await analytics.run(`INSERT INTO ${named(`${field}$term`)} VALUES ${rows.slice(i, i + 5000).join(', ')}`)
}
