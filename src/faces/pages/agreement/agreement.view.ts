import type { TagView } from '../frame/tag.ts'

export interface AgreementView {
  readonly id: string
  readonly title: string
  readonly recipient: string
  readonly recipientId: string
  readonly kind: 'feed' | 'procedure'
  readonly state: TagView
  /** Why nothing may leave at present, each a sentence; empty when the agreement is open. */
  readonly shut: readonly string[]
  readonly why: string
  readonly facts: readonly { readonly label: string; readonly text: string; readonly warn: boolean }[]
  readonly grounds: GroundsView | null
  readonly releases: readonly {
    readonly when: string
    readonly pupils: string
    readonly withheld: string
    readonly delivery: TagView
    readonly entry: string
    /** A file laid out for somebody to take: the form that hands it over. */
    readonly handover: { readonly action: string; readonly text: string } | null
  }[]
  /** The version that waits for approval, when this person may approve it. */
  readonly toApprove: { readonly version: number } | null
  readonly version: string
  readonly mayPreview: boolean
  readonly release: { readonly key: string } | null
  readonly source: string
}

/** One agreement's matrix: items down; across, how many pupils' data is shared, and each reason for which it is not. */
export interface GroundsView {
  readonly population: string
  readonly reasons: readonly string[]
  readonly rows: readonly {
    readonly item: string
    readonly special: string | null
    readonly form: string
    readonly permitted: {
      readonly kind: 'all' | 'some' | 'none' | 'off'
      readonly sign: string
      readonly number: string
    }
    readonly refused: readonly { readonly number: string; readonly kind: 'none' | 'off' | 'nil' }[]
  }[]
}
