import type { Analytics } from '../analytics/index.ts'
import type { TermDefinition } from './definition.ts'
import { createRawTable, createTypedView } from './table-sql.ts'

/** Makes the tables that returns of the term are loaded into, and their typed views. `return` holds one row a return. */
export async function prepareTables(analytics: Analytics, definition: TermDefinition): Promise<void> {
  await analytics.run('CREATE TABLE main."return" (return_id BIGINT NOT NULL)')
  await analytics.together(
    [...definition.tables.values()].map((table) => async (lane) => {
      await lane.run(createRawTable(table))
      await lane.run(createTypedView(table, definition))
    }),
  )
}
