import { named, quoted } from './condition/sql-text.ts'
import type { ReturnItem, ReturnTable, TermDefinition } from './definition.ts'

/**
 * Where the records of a table lie as they were written: texts, and the columns that every table has. `return_id` tells
 * returns apart that are looked at together, `n` numbers records over all of them, `parent` is the `n` of the record
 * above (of a record directly in the return: the return’s id), `line` where it began in its file.
 */
export const rawTable = (table: string): string => `raw$${table}`

export const fixedColumns = ['return_id', 'n', 'parent', 'line'] as const

export const createRawTable = (table: ReturnTable): string =>
  `CREATE TABLE main.${named(rawTable(table.name))} (${[
    ...fixedColumns.map((name) => `${name} BIGINT NOT NULL`),
    ...[...table.items.keys()].map((name) => `${named(name)} VARCHAR`),
  ].join(', ')})`

export const createTypedView = (table: ReturnTable, definition: TermDefinition): string =>
  `CREATE VIEW main.${named(table.name)} AS ${typedRows(table, definition, `main.${named(rawTable(table.name))}`)}`

/**
 * The same records with typed values: an item is null where what was written is absent or not of its type; `item$raw` is
 * what was written, `item$right` whether it is of the type, pattern, range and code set. The marker of a CSV message is absence.
 */
export const typedRows = (table: ReturnTable, definition: TermDefinition, rows: string): string => {
  const { csv } = definition.message
  const items = [...table.items.values()]
  const rawOf = ({ name }: ReturnItem): string => named(`${name}$raw`)
  // Each part in a query of its own, so that what stands in the next one is worked out once.
  const raw = items.map((item) => {
    const written = `nullif(trim(${named(item.name)}), '')`
    return `${csv && !table.given ? `nullif(${written}, ${quoted(csv.marker)})` : written} AS ${rawOf(item)}`
  })
  const values = items.flatMap((item) => [`${typed(item, rawOf(item))} AS ${named(item.name)}`, rawOf(item)])
  const rights = items.flatMap((item) => [
    named(item.name),
    rawOf(item),
    `(${right(item, rawOf(item), definition)}) AS ${named(`${item.name}$right`)}`,
  ])
  const select = (columns: readonly string[], from: string): string =>
    `SELECT ${[...fixedColumns, ...columns].join(', ')} FROM ${from}`
  return select(rights, `(${select(values, `(${select(raw, rows)})`)})`)
}

function typed(item: ReturnItem, raw: string): string {
  switch (item.type) {
    case 'text':
    case 'code':
    case 'time':
      return raw
    case 'integer':
      // No longer one: rules add such numbers up and multiply the sum, and must stay within 64 bits.
      return `TRY_CAST(CASE WHEN regexp_full_match(${raw}, '[+-]?[0-9]{1,12}') THEN ${raw} END AS BIGINT)`
    case 'decimal':
      return `TRY_CAST(CASE WHEN regexp_full_match(${raw}, '[+-]?[0-9]{1,12}(\\.[0-9]{1,4})?') THEN ${raw} END AS DECIMAL(18, 4))`
    case 'date':
      return `CASE WHEN length(${raw}) = 10 AND substr(${raw}, 5, 1) = '-' AND substr(${raw}, 8, 1) = '-' THEN TRY_CAST(${raw} AS DATE) END`
    case 'boolean':
      return `CASE WHEN ${raw} IN ('true', '1') THEN true WHEN ${raw} IN ('false', '0') THEN false END`
  }
}

/** Whatever is written is right: a text without a code set, pattern or bound. */
export const isFree = ({ type, codes, pattern, longest, range }: ReturnItem): boolean =>
  type === 'text' && codes === null && pattern === null && longest === null && range === null

function right(item: ReturnItem, raw: string, definition: TermDefinition): string {
  const value = named(item.name)
  const codes = item.codes === null ? undefined : definition.codes.get(item.codes)
  const tests = [
    `${value} IS NOT NULL`,
    ...(codes ? [`${raw} IN (${codes.map(quoted).join(', ') || 'NULL'})`] : []),
    ...(item.type === 'time' ? [`regexp_full_match(${raw}, '([01][0-9]|2[0-3]):[0-5][0-9]')`] : []),
    ...(item.pattern === null ? [] : [`regexp_full_match(${raw}, ${quoted(item.pattern)})`]),
    ...(item.longest === null ? [] : [`length(${raw}) <= ${String(item.longest)}`]),
    ...(item.range === null
      ? []
      : [`${value} BETWEEN ${String(item.range.from)} AND ${String(item.range.to)}`]),
  ]
  return tests.join(' AND ')
}

/** The types of the view’s columns. */
export const columnTypes = ({ items }: Pick<ReturnTable, 'items'>): ReadonlyMap<string, string> =>
  new Map([
    ...fixedColumns.map((name) => [name, 'BIGINT'] as const),
    ...[...items.values()].flatMap(({ name, type }) => [
      [name, sqlTypes[type]] as const,
      [`${name}$raw`, 'VARCHAR'] as const,
      [`${name}$right`, 'BOOLEAN'] as const,
    ]),
  ])

const sqlTypes: Readonly<Record<ReturnItem['type'], string>> = {
  text: 'VARCHAR',
  code: 'VARCHAR',
  time: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'DECIMAL(18, 4)',
  date: 'DATE',
  boolean: 'BOOLEAN',
}
