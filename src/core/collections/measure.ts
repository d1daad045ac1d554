import type { Analytics } from '../analytics/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { relation } from './compile-rules.ts'
import { compileValue } from './condition/compile-condition.ts'
import { gatherNothing } from './condition/compiling.ts'
import { named } from './condition/sql-text.ts'
import type { TermDefinition } from './definition.ts'

/** A return’s measures by name. */
export type Measures = Readonly<Record<string, number>>

/**
 * The measures of each return that is loaded, by its id. A measure that the term’s returns can’t have is left out: who keeps
 * them for the next return’s checks takes it from the last one that had it.
 */
export async function measure(
  analytics: Analytics,
  definition: TermDefinition,
): Promise<ReadonlyMap<number, Measures>> {
  const gathered = gatherNothing()
  const asked = [...definition.measures.values()].filter(
    ({ terms }) => terms.length === 0 || terms.includes(definition.term.name),
  )
  const values = asked.map(({ name, value }) => {
    const compiled = compileValue(value, definition, gathered)
    if (!compiled.ok)
      throw new GatehouseError('bad-policy', 'A measure of the collection can’t be compiled.', {
        where: `measure ${name}: ${compiled.error.message}`,
        todo: 'Mend the collection’s measures.',
      })
    return `${compiled.value} AS ${named(name)}`
  })
  const rows = await analytics.rows(
    `SELECT ${[`${named('return')}.return_id`, ...values].join(', ')} FROM ${relation('return', gathered, definition)} ORDER BY return_id`,
  )
  return new Map(
    rows.map((row) => [
      Number(row['return_id']),
      Object.fromEntries(asked.map(({ name }) => [name, Number(row[name])])),
    ]),
  )
}
