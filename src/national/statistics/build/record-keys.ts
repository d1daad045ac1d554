import { recordKey } from '../../../core/disclosure/index.ts'
import type { TableDeclaration } from '../declare/declaration.ts'
import type { StatisticsSource } from './source.ts'
import { populationSql } from './table-sql.ts'

const atOnce = 100_000

/**
 * Puts the record keys of a table’s people beside them for the time of the build, as the engine’s own temporary table: derived
 * from the series’ secret each time, and never written anywhere.
 */
export async function giveRecordKeys(
  { analytics }: StatisticsSource,
  table: TableDeclaration,
  secret: Uint8Array,
): Promise<void> {
  await analytics.run(
    `CREATE OR REPLACE TEMPORARY TABLE person AS SELECT pmr, row_number() OVER (ORDER BY pmr) AS n FROM (${populationSql(table)}) WHERE pmr IS NOT NULL`,
  )
  await analytics.run('CREATE OR REPLACE TEMPORARY TABLE record_key (pmr VARCHAR, record_key BIGINT)')
  for (let from = 1; ; from += atOnce) {
    const rows = await analytics.rows(
      `SELECT pmr FROM person WHERE n >= ${String(from)} AND n < ${String(from + atOnce)} ORDER BY n`,
    )
    if (rows.length === 0) break
    const keys = rows.map(({ pmr }) => recordKey(secret, String(pmr)))
    await analytics.run(
      `INSERT INTO record_key SELECT p.pmr, k.record_key FROM (SELECT unnest(range(${String(from)}, ${String(from + rows.length)})) AS n, CAST(unnest(string_split('${keys.join(',')}', ',')) AS BIGINT) AS record_key) k JOIN person p ON p.n = k.n`,
    )
  }
  await analytics.run('DROP TABLE person')
}
