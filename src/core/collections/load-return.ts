import type { Analytics, Lane } from '../analytics/index.ts'
import { named, quoted } from './condition/sql-text.ts'
import type { ReturnTable, TermDefinition } from './definition.ts'
import { fixedColumns, rawTable } from './table-sql.ts'

/** Loads rows that a scanner wrote (a file a table) into the tables of `prepareTables`. An empty cell is an absent value. */
export async function loadRows(
  analytics: Analytics,
  definition: Pick<TermDefinition, 'tables'>,
  rows: ReadonlyMap<string, { readonly file: string; readonly rows: number }>,
): Promise<void> {
  const works = [...rows]
    .toSorted(([, a], [, b]) => b.rows - a.rows)
    .flatMap(([name, { file, rows: many }]) => {
      const table = definition.tables.get(name)
      return table && many > 0 ? [(lane: Lane) => lane.run(loading(table, file))] : []
    })
  await analytics.together(works)
}

function loading({ name, items }: ReturnTable, file: string): string {
  const columns = [
    ...fixedColumns.map((column) => `${quoted(column)}: 'BIGINT'`),
    ...[...items.keys()].map((item) => `${quoted(item)}: 'VARCHAR'`),
  ]
  return `INSERT INTO main.${named(rawTable(name))} SELECT * FROM read_csv(${quoted(file)}, delim = '\x1f', header = false, quote = '', escape = '', comment = '', nullstr = '', auto_detect = false, new_line = '\\n', max_line_size = 4194304, buffer_size = 4194304, columns = {${columns.join(', ')}})`
}
