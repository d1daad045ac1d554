import type { CollectionDefinition, CsvShape, ReturnTable } from '../definition.ts'

/** A CSV message has two tables: its header, once, and its rows. */
export interface CsvTables {
  readonly header: ReturnTable
  readonly rows: ReturnTable
}

/** The two tables of a collection whose messages are CSV; null: its tables don’t fit such a message. */
export function csvTables({ tables }: Pick<CollectionDefinition, 'tables'>): CsvTables | null {
  const [header, rows, ...more] = [...tables.values()].filter(({ given }) => !given)
  if (!header || !rows || more.length > 0) return null
  const flat = (table: ReturnTable, place: string, once: boolean): boolean =>
    table.parent === null &&
    table.once === once &&
    table.places.length === 1 &&
    table.places[0]?.path.join('/') === place &&
    [...table.items.values()].every(({ path }) => path.length === 1)
  return header.name === 'header' && flat(header, 'header', true) && flat(rows, 'row', false)
    ? { header, rows }
    : null
}

/** The columns’ names in their order. */
export const columnsOf = ({ items }: ReturnTable): readonly string[] =>
  [...items.values()].map(({ path }) => path[0] ?? '')

/** Whether the pattern of a file’s name is one, and every group of it an item of the header. */
export function nameFits({ fileName }: CsvShape, { header }: CsvTables): boolean {
  try {
    // With an empty alternative, so that it matches and shows its groups.
    const groups = new RegExp(`${fileName}|`, 'u').exec('')?.groups ?? {}
    return Object.keys(groups).every((group) => header.items.has(group))
  } catch {
    return false
  }
}
