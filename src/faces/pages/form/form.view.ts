/** One question of a form. `error` is a sentence; a secret's value is never part of a view. */
export type FieldView =
  | (Asked & { readonly kind: 'text'; readonly value: string; readonly width: 5 | 10 | 20 | 'full' })
  | (Asked & { readonly kind: 'secret' })
  | (Asked & { readonly kind: 'secret-lines' })
  | (Asked & { readonly kind: 'lines'; readonly value: string })
  | (Asked & {
      readonly kind: 'date'
      readonly day: string
      readonly month: string
      readonly year: string
    })
  | (Asked & { readonly kind: 'file' })
  | (Asked & { readonly kind: 'select'; readonly options: readonly OptionView[] })
  | (Asked & { readonly kind: 'radios' | 'checkboxes'; readonly options: readonly ChoiceView[] })

interface Asked {
  readonly id: string
  readonly label: string
  readonly hint: string | null
  readonly error: string | null
}

interface OptionView {
  readonly value: string
  readonly text: string
  readonly chosen: boolean
}

export interface ChoiceView extends OptionView {
  readonly hint: string | null
  /** Asked when this one is chosen; without JavaScript always. */
  readonly inside: readonly FieldView[]
}

/** A page with one form. */
export interface FormView {
  readonly back: { readonly href: string; readonly text: string }
  readonly caption: string
  readonly heading: string
  readonly intro: readonly string[]
  readonly warning: string | null
  readonly errors: readonly { readonly text: string; readonly href: string }[]
  readonly fields: readonly FieldView[]
  readonly hidden: Readonly<Record<string, string>>
  readonly action: string
  readonly upload: boolean
  readonly button: string
}
