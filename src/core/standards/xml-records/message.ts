import type { RecordTable } from './record-shape.ts'

/** What is to be read of a message, and where it goes. */
export interface MessageReading {
  readonly root: string
  readonly tables: readonly RecordTable[]
  /** Where the rows are written, a file a table. */
  readonly folder: string
  /** Written into every row, and as the parent of records that stand directly in the message. */
  readonly returnId: number
  /** Records are numbered from the next one on. */
  readonly after: number
  readonly limits?: Partial<MessageLimits>
  /** The rows are handed over in portions as well, where there are more than fit into one. */
  readonly portions?: MessagePortions
}

export interface MessagePortions {
  /** Of rows: a portion ends with the first record of the message itself that reaches it, with all that is below the record. */
  readonly bytes: number
  /** By table, in the order of the message; the last portion too, unless it is the only one. Awaited before more is read. */
  take(rows: PortionRows): Promise<void>
}

/** One file a table; tables without rows are left out. */
export type PortionRows = ReadonlyMap<string, { readonly file: string; readonly rows: number }>

export interface MessageLimits {
  /** Of the whole file. */
  readonly bytes: number
  readonly depth: number
  /** One tag, comment or value. */
  readonly token: number
  /** All values of one record. */
  readonly record: number
  readonly notes: number
}

export const usualLimits: MessageLimits = {
  bytes: 8 * 2 ** 30,
  depth: 32,
  token: 65_536,
  record: 2 ** 20,
  notes: 500,
}

/** Why a file can't be read at all. Nothing of it counts. */
export interface MessageFault {
  readonly line: number
  readonly message: string
  readonly todo: string
}

/** What the message holds beside what was asked for. Its content is left out. */
export interface MessageNote {
  readonly code: 'unknown-element' | 'repeated-element' | 'text-out-of-place'
  readonly line: number
  /** Names of elements from the root; never a value. */
  readonly path: string
}

export interface MessageReport {
  /** `file` holds them, and those in `earlier` that were handed over in a portion before it. */
  readonly rows: ReadonlyMap<
    string,
    { readonly file: string; readonly rows: number; readonly earlier?: readonly string[] }
  >
  readonly notes: readonly MessageNote[]
  /** Notes beyond the bound that were counted and not kept. */
  readonly moreNotes: number
  readonly last: number
  readonly bytes: number
}
