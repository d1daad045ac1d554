import type { Severity } from './definition.ts'

/** One thing wrong, or to be explained, in a return: never with a value, always with its place. */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly level: string
  /** For a person: `Pupil 3, line 120: Language`. */
  readonly location: string
  readonly message: string
  /** What a note on it must say; `accepts: none` where only a correction helps. */
  readonly note: { readonly accepts: 'none' | 'confirmation' | 'reason'; readonly says: string }
  readonly returnId: number
  /** Null: the whole return. */
  readonly table: string | null
  /** The record’s number in what was loaded, and its place among the return’s records of the table, from 1. */
  readonly n: number | null
  readonly ordinal: number | null
  readonly line: number | null
  readonly items: readonly string[]
}
