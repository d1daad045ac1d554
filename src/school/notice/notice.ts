import type { NoticeOrder } from '../../core/policy/index.ts'
import type {
  AgreementId,
  AgreementVersion,
  Dictionary,
  Instrument,
  InstrumentId,
  Recipient,
  RecipientId,
} from '../../core/vocabulary/index.ts'

/** The part of the policy in force that the notice is made from. */
export interface NoticePolicy {
  readonly items: Dictionary
  readonly law: ReadonlyMap<InstrumentId, Instrument>
  readonly recipients: ReadonlyMap<RecipientId, Recipient>
  readonly agreements: ReadonlyMap<AgreementId, AgreementVersion>
  readonly notice: NoticeOrder
}

/** Whose notice it is. */
export interface NoticeSchool {
  readonly name: string
  readonly controller: string
  readonly dpoContact: string
}

/**
 * How an entry stands. `feed`: sent by schedule. `on-request`: a named person decides each request. `off`: nothing is sent
 * until its facts are known. `not-in-force`: no approved agreement at this instant, so nothing may be sent.
 */
export type EntryState = 'feed' | 'on-request' | 'off' | 'not-in-force'

/** One recipient in the notice. */
export interface NoticeEntry {
  readonly id: AgreementId
  readonly heading: string
  readonly label: string
  readonly state: EntryState
  /** Of the agreement in force; null where nothing is. A release must carry a hash that the notice of its day names. */
  readonly agreementHash: string | null
  readonly version: number | null
  /** Plain sentences, each under the question it answers. */
  readonly facts: readonly { readonly term: string; readonly text: string }[]
  /** Further agreements under the same entry, each with a name of its own; absent where there are none. */
  readonly also?: readonly NoticeEntry[]
}

/** The notice as data: what both renderings are made from. */
export interface NoticeModel {
  readonly title: string
  readonly introduction: string
  readonly school: NoticeSchool
  readonly sections: readonly {
    readonly id: string
    readonly heading: string
    readonly introduction: string | null
    readonly entries: readonly NoticeEntry[]
  }[]
  readonly national: {
    readonly heading: string
    readonly paragraphs: readonly string[]
    readonly links: readonly { readonly label: string; readonly url: string }[]
    readonly entry: NoticeEntry
  }
  readonly closing: string
}

/** Every agreement that the notice names, in its order, those under another's entry after it, the national one last. */
export const entriesOf = (model: NoticeModel): readonly NoticeEntry[] => [
  ...model.sections.flatMap((section) => section.entries.flatMap((entry) => [entry, ...(entry.also ?? [])])),
  model.national.entry,
]
