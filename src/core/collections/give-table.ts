import type { Analytics } from '../analytics/index.ts'
import { named, quoted } from './condition/sql-text.ts'
import type { TermDefinition } from './definition.ts'
import { rawTable } from './table-sql.ts'

/** Puts what is known beside a message into a given table. Items that are not of the table are a fault of the caller. */
export async function giveTable(
  analytics: Analytics,
  definition: Pick<TermDefinition, 'tables'>,
  name: string,
  returnId: number,
  record: Readonly<Record<string, string | null>>,
): Promise<void> {
  const table = definition.tables.get(name)
  if (!table?.given) throw new Error(`“${name}” is not a table that is given`)
  const values = [...table.items.keys()].map((item) => {
    const value = record[item] ?? null
    return value === null ? 'NULL' : quoted(value)
  })
  const fixed = [returnId, returnId, returnId, 1].map(String)
  await analytics.run(`INSERT INTO ${named(rawTable(name))} VALUES (${[...fixed, ...values].join(', ')})`)
}
