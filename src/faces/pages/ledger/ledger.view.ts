import type { VerifiedWords } from '../../index.ts'
import type { TagView } from '../frame/tag.ts'

export interface LedgerView {
  readonly checkpoint: {
    readonly origin: string
    readonly size: string
    readonly root: string
    readonly signed: string
  } | null
  readonly unpublished: string | null
  readonly entries: readonly EntryRow[]
  readonly older: string | null
  readonly newer: string | null
  readonly report: ({ readonly ok: boolean } & VerifiedWords) | null
}

export interface EntryRow {
  readonly index: string
  readonly type: string
  readonly when: string
  readonly what: string
  readonly visibility: TagView | null
  /** Whether there is a receipt that this person may have. */
  readonly receipt: boolean
}

export interface EntryView {
  readonly index: string
  readonly type: string
  readonly when: string
  readonly receipt: boolean
  readonly facts: readonly { readonly label: string; readonly text: string }[]
  readonly leaf: string
}
