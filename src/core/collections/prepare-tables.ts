import type { Analytics } from '../analytics/index.ts'
import type { TermDefinition } from './definition.ts'
import { createRawTable, createTypedView } from './table-sql.ts'

/** Makes the tables that returns of the term are loaded into, and their typed views. `return` holds one row a return. */
export async function prepareTables(analytics: Analytics, definition: TermDefinition): Promise<void> {
  await analytics.run('CREATE TABLE "return" (return_id BIGINT NOT NULL)')
  for (const table of definition.tables.values()) {
    await analytics.run(createRawTable(table))
    await analytics.run(createTypedView(table, definition))
  }
}
