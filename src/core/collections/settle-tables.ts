import type { Analytics } from '../analytics/index.ts'
import { named } from './condition/sql-text.ts'
import type { TermDefinition } from './definition.ts'
import { fixedColumns } from './table-sql.ts'

/**
 * Runs something over the typed views worked out once: while it runs, a temporary table stands before each view that the
 * statements name, with the columns that they name. A view’s values would else be worked out anew wherever a rule asks.
 */
export async function settled<T>(
  analytics: Analytics,
  definition: Pick<TermDefinition, 'tables'>,
  statements: readonly string[],
  run: () => Promise<T>,
): Promise<T> {
  const names = new Set(
    statements.flatMap((sql) => [...sql.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name)),
  )
  const made: string[] = []
  try {
    for (const { name, items } of definition.tables.values()) {
      if (!names.has(name)) continue
      const columns = [...items.keys()]
        .flatMap((item) => [item, `${item}$raw`, `${item}$right`])
        .filter((column) => names.has(column))
      await analytics.run(
        `CREATE TEMP TABLE ${named(name)} AS SELECT ${[...fixedColumns, ...columns.map(named)].join(', ')} FROM main.${named(name)}`,
      )
      made.push(name)
    }
    return await run()
  } finally {
    for (const name of made) await analytics.run(`DROP TABLE temp.${named(name)}`)
  }
}
