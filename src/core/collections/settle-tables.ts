import type { Analytics, Lane } from '../analytics/index.ts'
import { named } from './condition/sql-text.ts'
import type { ReturnTable, TermDefinition } from './definition.ts'
import { columnTypes, fixedColumns, rawTable } from './table-sql.ts'

/**
 * Runs something over the typed views worked out once: while it runs, a table stands before each view that the statements
 * name, with the columns that they name. A view’s values would else be worked out anew wherever a rule asks. What runs is told
 * which tables of the return hold nothing.
 */
export async function settled<T>(
  analytics: Analytics,
  definition: Pick<TermDefinition, 'tables'>,
  statements: readonly string[],
  run: (empty: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  const names = namesIn(statements)
  const sizes = await sizesOf(analytics, definition)
  const sizeOf = (name: string): number => sizes.get(name) ?? 0
  const made: string[] = []
  try {
    await analytics.together(
      [...definition.tables.values()]
        .filter(({ name }) => names.has(name))
        .toSorted((a, b) => sizeOf(b.name) - sizeOf(a.name))
        .map((table) => async (lane: Lane) => {
          await lane.run(settling(table, names, sizeOf(table.name) === 0))
          made.push(table.name)
        }),
    )
    return await run(new Set([...definition.tables.keys()].filter((name) => sizeOf(name) === 0)))
  } finally {
    for (const name of made) await analytics.run(`DROP TABLE settled.${named(name)}`)
  }
}

/** Everything that the statements name. */
export const namesIn = (statements: readonly string[]): ReadonlySet<string> =>
  new Set(statements.flatMap((sql) => [...sql.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)))

/** Records by table. */
async function sizesOf(
  analytics: Analytics,
  { tables }: Pick<TermDefinition, 'tables'>,
): Promise<ReadonlyMap<string, number>> {
  const names = [...tables.keys()]
  const counts = names.map(
    (name, i) => `SELECT ${String(i)} AS i, count(*) AS many FROM main.${named(rawTable(name))}`,
  )
  const rows = await analytics.rows(counts.join(' UNION ALL '))
  return new Map(rows.map(({ i, many }) => [names[Number(i)] ?? '', Number(many)]))
}

function settling(table: ReturnTable, names: ReadonlySet<string>, empty: boolean): string {
  const name = named(table.name)
  // Of nothing there is nothing to work out.
  return empty
    ? createTypedTable(`settled.${name}`, table, names)
    : `CREATE TABLE settled.${name} AS SELECT ${columnsOf(table, names).map(named).join(', ')} FROM main.${name}`
}

/** Those of the typed columns that are named, and those that every table has. */
export function columnsOf(table: ReturnTable, names: ReadonlySet<string>): readonly string[] {
  const fixed = new Set<string>(fixedColumns)
  return [...columnTypes(table).keys()].filter((column) => fixed.has(column) || names.has(column))
}

export function createTypedTable(name: string, table: ReturnTable, names: ReadonlySet<string>): string {
  const types = columnTypes(table)
  return `CREATE TABLE ${name} (${columnsOf(table, names)
    .map((column) => `${named(column)} ${types.get(column) ?? ''}`)
    .join(', ')})`
}
