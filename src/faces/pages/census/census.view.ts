import type { TagView } from '../frame/tag.ts'
import type { FieldView } from '../form/form.view.ts'

export interface RuleLineView {
  readonly rule: string
  readonly href: string
  readonly message: string
  readonly places: string
  readonly status: readonly TagView[]
}

export interface CensusView {
  readonly heading: string
  readonly path: string
  readonly state: TagView
  readonly meaning: string
  readonly dates: readonly string[]
  /** Where dates are not the department’s own. */
  readonly unsure: string | null
  readonly error: { readonly text: string; readonly href: string } | null
  /** Why nothing was built or sent, in sentences, and the pupils it is about. */
  readonly stopped: {
    readonly heading: string
    readonly reasons: readonly string[]
    readonly pupils: readonly LinkView[]
  } | null
  readonly build: {
    readonly button: string
    readonly hint: string
    readonly said: readonly string[]
    readonly omitted: readonly string[]
    readonly missing: readonly LinkView[]
  }
  readonly found: string | null
  /** Whether the findings are folded away: they are done with. */
  readonly folded: boolean
  readonly groups: readonly {
    readonly heading: string
    readonly todo: string
    readonly rules: readonly RuleLineView[]
  }[]
  readonly signed: string | null
  /** The head’s page of numbers; null: nothing is built. */
  readonly summary: { readonly href: string; readonly text: string } | null
  readonly send: {
    readonly said: readonly string[]
    readonly button: string | null
    readonly reason: FieldView | null
  }
  readonly others: readonly { readonly href: string; readonly text: string; readonly state: TagView }[]
}

export interface LinkView {
  readonly href: string
  readonly text: string
}
