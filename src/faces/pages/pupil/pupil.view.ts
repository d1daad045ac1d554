import type { FieldView } from '../form/form.view.ts'
import type { TagView } from '../frame/tag.ts'

export interface PupilView {
  readonly id: string
  readonly name: string
  readonly summary: string
  readonly marks: readonly TagView[]
  readonly mayProtect: boolean
  /** Who has had this child's data, the latest first. */
  readonly disclosures: readonly DisclosureView[]
  /** Recipients whose files left this child out altogether, and why. */
  readonly leftOut: readonly { readonly recipient: string; readonly entry: string; readonly why: string }[]
  /** Files that held something of this child and were stopped before they left. */
  readonly stopped: readonly { readonly recipient: string; readonly entry: string; readonly when: string }[]
  /** What each recipient's next file would hold of this child; first those whose agreement is about it. */
  readonly recipients: readonly SharedView[]
  readonly notCovered: readonly SharedView[]
  readonly consents: readonly {
    readonly purpose: string
    readonly askedFor: string
    readonly state: TagView
    readonly history: readonly string[]
  }[]
  readonly form: ChoiceFormView | null
}

export interface DisclosureView {
  readonly recipient: string
  readonly when: string
  /** What the latest file held of the child. */
  readonly items: string
  /** Items that are shared and had no value. */
  readonly empty: string | null
  /** What earlier files held besides. */
  readonly earlier: string | null
  readonly withheld: string | null
  readonly why: string
  readonly law: string
  readonly restricted: boolean
  /** The latest file is still here. */
  readonly waits: boolean
  readonly entry: string
  readonly times: readonly { readonly when: string; readonly entry: string }[]
}

export interface SharedView {
  readonly recipient: string
  readonly href: string
  readonly covered: boolean
  readonly state: TagView
  readonly shared: string
  readonly reasons: readonly string[]
}

export interface ChoiceFormView {
  readonly errors: readonly { readonly field: string; readonly text: string }[]
  readonly fields: readonly FieldView[]
}
