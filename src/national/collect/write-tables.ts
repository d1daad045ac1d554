import { join } from 'node:path'
import type { Analytics } from '../../core/analytics/index.ts'
import { rawTable, type TermDefinition } from '../../core/collections/index.ts'
import type { Loading } from './load-batch.ts'
import { tableFile } from './return-files.ts'

export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`

/**
 * Writes one return’s tables as Parquet, items as they were written in the message. A table without records has no file.
 * `lineage` names a row for ever: the return’s id and the record’s number in it. `n` numbers the records of one return from 1, over
 * all its tables.
 */
export async function writeTables(
  analytics: Analytics,
  definition: TermDefinition,
  folder: string,
  { id, returnId, after, source, report }: Loading,
): Promise<void> {
  for (const [table, { rows }] of report.rows) {
    const shape = definition.tables.get(table)
    if (!shape || rows === 0) continue
    const base = String(after)
    const columns = [
      `${quoted(id)} || '/' || (n - ${base}) AS lineage`,
      `${quoted(id)} AS return_id`,
      `${quoted(source)} AS source`,
      `n - ${base} AS n`,
      `${shape.parent === null ? 'NULL::BIGINT' : `parent - ${base}`} AS parent`,
      'line',
      ...[...shape.items.keys()].map(named),
    ]
    await analytics.run(
      `COPY (SELECT ${columns.join(', ')} FROM ${named(rawTable(table))} WHERE return_id = ${String(returnId)} ORDER BY n) TO ${quoted(join(folder, tableFile(table)))} (FORMAT parquet, COMPRESSION zstd)`,
    )
  }
}
