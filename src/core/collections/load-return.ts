import type { Analytics } from '../analytics/index.ts'
import { named, quoted } from './condition/sql-text.ts'
import type { TermDefinition } from './definition.ts'
import { fixedColumns, rawTable } from './table-sql.ts'

/** Loads rows that a scanner wrote (a file a table) into the tables of `prepareTables`. An empty cell is an absent value. */
export async function loadRows(
  analytics: Analytics,
  definition: Pick<TermDefinition, 'tables'>,
  rows: ReadonlyMap<string, { readonly file: string; readonly rows: number }>,
): Promise<void> {
  for (const [name, { file, rows: many }] of rows) {
    const table = definition.tables.get(name)
    if (!table || many === 0) continue
    const columns = [
      ...fixedColumns.map((column) => `${quoted(column)}: 'BIGINT'`),
      ...[...table.items.keys()].map((item) => `${quoted(item)}: 'VARCHAR'`),
    ]
    await analytics.run(
      `INSERT INTO ${named(rawTable(name))} SELECT * FROM read_csv(${quoted(file)}, delim = '\x1f', header = false, quote = '', escape = '', comment = '', nullstr = '', auto_detect = false, new_line = '\\n', max_line_size = 4194304, buffer_size = 8388608, columns = {${columns.join(', ')}})`,
    )
  }
}
