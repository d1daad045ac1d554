import { createHash } from 'node:crypto'
import type { Target } from './fields.ts'
import type { Held } from './read-value.ts'
import type { Rejection } from './rejection.ts'

/**
 * `refused`: a row that can't be used but that speaks of a pupil, so that the pupil is not taken for missing from the file.
 */
export type StagedKind = Target | 'refused'

/** A checked row on its way to the register: the columns that the file gives, and how to find the pupil. */
export interface StagedRow {
  readonly kind: StagedKind
  readonly row: number
  readonly line: number
  /** The pupil's row where the file nests its rows. */
  readonly parent: number | null
  readonly pupilKey: string | null
  readonly upn: string | null
  readonly body: Readonly<Record<string, Held>>
}

export interface Warning {
  readonly line: number
  readonly column: string
  readonly message: string
}

/** What one row of a file, or one pupil of a nested one, came to. */
export interface CheckedRows {
  readonly rows: readonly StagedRow[]
  readonly rejections: readonly Rejection[]
  readonly warnings: readonly Warning[]
}

/** SHA-256 of a row's body, hex. Bodies of one source are built in one order of columns. */
export const digestOf = (body: StagedRow['body']): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('hex')
