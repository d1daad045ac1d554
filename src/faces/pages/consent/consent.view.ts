export interface ConsentView {
  readonly purposes: readonly {
    readonly label: string
    readonly kind: string
    readonly wording: string | null
    readonly states: readonly { readonly text: string; readonly colour: string; readonly number: string }[]
  }[]
}
