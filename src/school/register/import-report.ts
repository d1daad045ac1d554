import type { ChoicesFollowed } from './choices-source.ts'
import type { Rejection } from './rejection.ts'

/** One record that an import changes, for a person to look at before it is applied: ids and field names, no values. */
export interface Difference {
  readonly verdict: 'new' | 'changed' | 'left' | 'held'
  /** Line of the file; null for what is missing from it. */
  readonly line: number | null
  /** Null for a new pupil. */
  readonly pupilId: string | null
  readonly fields: readonly string[]
}

export interface Counts {
  readonly new: number
  readonly changed: number
  readonly left: number
  readonly unchanged: number
}

/** Why nothing, or not everything, was applied. */
export type NotApplied =
  | { readonly reason: 'preview' }
  | { readonly reason: 'rejected-rows' }
  /** A whole-roll file from which too many are missing. */
  | { readonly reason: 'short-read'; readonly onRoll: number; readonly missing: number }

/** What an import found and did. */
export interface ImportReport {
  readonly source: string
  readonly fileName: string
  /** SHA-256 of the file's bytes. */
  readonly sha256: string
  readonly runId: string
  readonly rows: number
  readonly new: number
  readonly changed: number
  readonly left: number
  readonly unchanged: number
  /** Records left as they are, wholly or in part, because of a protection: how many, and see `difference`. */
  readonly held: number
  /** The first of them, by line. */
  readonly rejected: readonly Rejection[]
  /** How many more there are than `rejected` lists. */
  readonly rejectedMore: number
  /** Looks wrong but is taken: the same shape as a rejection. */
  readonly warnings: readonly { readonly line: number; readonly column: string; readonly message: string }[]
  /** Columns or elements of the file that are not read. */
  readonly ignored: readonly string[]
  /** Columns that the map knows and the file has not: the register keeps what it holds there, and that goes stale. */
  readonly absent: readonly string[]
  readonly difference: {
    /** How many records change in each field. */
    readonly fields: Readonly<Record<string, number>>
    /** What a nested file brings beside its pupils: contacts, results, … */
    readonly children: Readonly<Record<string, Counts>>
    /** The first records of each kind. */
    readonly examples: readonly Difference[]
  }
  readonly applied: boolean
  /** What the choices of an applied file set off; null for any other file. */
  readonly followed: ChoicesFollowed | null
  /** Null when applied in full. */
  readonly notApplied: NotApplied | null
}
