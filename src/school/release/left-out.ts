import type { CsvColumn } from '../../core/vocabulary/index.ts'
import type { PermittedRow } from './permit-rows.ts'

/** Contacts who might leave and for whom the file has no column, and of how many pupils. */
export interface LeftOut {
  readonly contacts: number
  readonly pupils: number
}

/**
 * A file with columns for two contacts carries the first two by the register's priority, of those the agreement is about. How
 * many more there are must be said, for somebody who may collect a child could be among them. Null when nobody is left out.
 */
export function leftOut(rows: readonly PermittedRow[], columns: readonly CsvColumn[]): LeftOut | null {
  const places = Math.max(0, ...columns.map(({ contact }) => contact ?? 0))
  if (places === 0) return null
  const more = rows
    .map(({ children }) => (children.get('contact')?.length ?? 0) - places)
    .filter((contacts) => contacts > 0)
  if (more.length === 0) return null
  return { contacts: more.reduce((sum, contacts) => sum + contacts, 0), pupils: more.length }
}
