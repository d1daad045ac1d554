import type { Analytics, Lane } from '../analytics/index.ts'
import { named, quoted } from './condition/sql-text.ts'
import type { ReturnTable, TermDefinition } from './definition.ts'
import type { ReturnReport } from './read-message.ts'
import { fixedColumns, rawTable } from './table-sql.ts'

/** Loads rows that a scanner wrote (a file a table) into the tables of `prepareTables`. An empty cell is an absent value. */
export async function loadRows(
  analytics: Analytics,
  definition: Pick<TermDefinition, 'tables'>,
  rows: ReturnReport['rows'],
): Promise<void> {
  const works = [...rows]
    .toSorted(([, a], [, b]) => b.rows - a.rows)
    .flatMap(([name, { file, earlier = [], rows: many }]) => {
      const table = definition.tables.get(name)
      return table && many > 0 ? [(lane: Lane) => lane.run(loading(table, [...earlier, file]))] : []
    })
  await analytics.together(works)
}

const loading = (table: ReturnTable, files: readonly string[]): string =>
  `INSERT INTO main.${named(rawTable(table.name))} SELECT * FROM ${rowsIn(table, files)}`

/** A table’s records as they were written into files, for a `FROM`; `longest`: bytes of a row at most. */
export function rowsIn({ items }: ReturnTable, files: readonly string[], longest = 4 * 2 ** 20): string {
  const columns = [
    ...fixedColumns.map((column) => `${quoted(column)}: 'BIGINT'`),
    ...[...items.keys()].map((item) => `${quoted(item)}: 'VARCHAR'`),
  ]
  return `read_csv([${files.map(quoted).join(', ')}], delim = '\x1f', header = false, quote = '', escape = '', comment = '', nullstr = '', auto_detect = false, new_line = '\\n', max_line_size = ${String(longest)}, buffer_size = ${String(longest)}, columns = {${columns.join(', ')}})`
}
