import type {
  Agreement,
  AgreementId,
  Condition,
  Dictionary,
  Instrument,
  InstrumentId,
  Prohibition,
  Recipient,
  RecipientId,
  Wording,
} from '../vocabulary/index.ts'
import type { StaticProperty } from './static-property.ts'

/** Something wrong in a file under `policy/`: where, what, and what to do. A list of them is shown whole, never one by one. */
export interface PolicyFault {
  readonly file: string
  /** From 1, as editors count. */
  readonly line: number
  readonly column: number
  readonly message: string
  readonly todo: string
}

/** The whole of `policy/`, read and cross-checked: everything named in it exists, and every condition can be compiled. */
export interface Policy {
  readonly items: Dictionary
  /** Named conditions; none of them holds a `use` any more. */
  readonly populations: ReadonlyMap<string, Condition>
  readonly populationLabels: ReadonlyMap<string, string>
  readonly law: ReadonlyMap<InstrumentId, Instrument>
  readonly prohibitions: readonly Prohibition[]
  readonly properties: readonly StaticProperty[]
  readonly wordings: ReadonlyMap<string, Wording>
  readonly recipients: ReadonlyMap<RecipientId, Recipient>
  readonly agreements: ReadonlyMap<AgreementId, Agreement>
  readonly notice: NoticeOrder
}

/** The order, headings and words of the notice. What each entry tells is rendered from its agreement. */
export interface NoticeOrder {
  readonly title: string
  readonly introduction: string
  readonly sections: readonly NoticeSection[]
  /** The section about the National Pupil Database: `id` is its agreement. */
  readonly national: {
    readonly id: AgreementId
    readonly heading: string
    readonly paragraphs: readonly string[]
    readonly links: readonly { readonly label: string; readonly url: string }[]
  }
  readonly closing: string
}

export interface NoticeSection {
  readonly id: string
  readonly heading: string
  readonly introduction?: string
  readonly entries: readonly NoticeOrderEntry[]
}

/** An agreement in its place in the notice, with further ones under the same entry. */
export interface NoticeOrderEntry {
  readonly id: AgreementId
  readonly label: string
  readonly also?: readonly { readonly id: AgreementId; readonly label: string }[]
}
