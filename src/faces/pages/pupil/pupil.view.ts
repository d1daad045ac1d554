import type { TagView } from '../frame/tag.ts'

export interface PupilView {
  readonly id: string
  readonly name: string
  readonly summary: string
  readonly marks: readonly TagView[]
  /** Who has had this child's data, newest first. */
  readonly disclosures: readonly {
    readonly recipient: string
    readonly when: string
    readonly items: string
    readonly withheld: string | null
    readonly why: string
    readonly entry: string
    readonly restricted: boolean
  }[]
  /** What each recipient's next file would hold of this child. */
  readonly recipients: readonly {
    readonly recipient: string
    readonly href: string
    readonly state: TagView
    readonly shared: string
    readonly reasons: readonly string[]
  }[]
  readonly consents: readonly {
    readonly purpose: string
    readonly state: TagView
    readonly history: readonly string[]
  }[]
  readonly form: ChoiceFormView | null
}

export interface ChoiceFormView {
  readonly errors: readonly { readonly text: string; readonly href: string }[]
  readonly purposes: readonly Option[]
  readonly states: readonly Option[]
  readonly givers: readonly Option[]
  readonly methods: readonly Option[]
  readonly evidence: string
  readonly tiedTo: string
}

export interface Option {
  readonly value: string
  readonly text: string
  readonly selected: boolean
}
