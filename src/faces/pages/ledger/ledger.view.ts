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
  readonly report: VerifyView | null
}

export interface EntryRow {
  readonly index: string
  readonly type: string
  readonly when: string
  readonly what: string
  readonly visibility: TagView | null
}

export interface VerifyView {
  readonly ok: boolean
  readonly heading: string
  readonly lines: readonly string[]
}

export interface EntryView {
  readonly index: string
  readonly type: string
  readonly when: string
  readonly facts: readonly { readonly label: string; readonly text: string }[]
  readonly leaf: string
}
