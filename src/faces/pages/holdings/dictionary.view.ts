interface Option {
  readonly value: string
  readonly text: string
  readonly chosen: boolean
}

export interface DictionaryView {
  readonly words: string
  readonly day: string
  readonly datasets: readonly Option[]
  readonly risks: readonly Option[]
  readonly sensitivities: readonly Option[]
  readonly routes: readonly Option[]
  readonly found: string
  readonly matrix: {
    readonly sensitivities: readonly { readonly text: string }[]
    readonly rows: readonly { readonly risk: string; readonly counts: readonly string[] }[]
    readonly unrated: string
  }
  readonly entries: readonly {
    readonly name: string
    readonly label: string
    readonly dataset: string
    readonly description: string
    readonly rating: string
    readonly route: string
    readonly years: string
    readonly held: string
  }[]
  readonly earlier: string | null
  readonly later: string | null
}
