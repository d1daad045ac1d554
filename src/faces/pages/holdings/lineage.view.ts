export interface LineageView {
  readonly datasets: readonly { readonly value: string; readonly text: string; readonly chosen: boolean }[]
  readonly row: string
  readonly refused: string | null
  readonly found: {
    readonly return: string
    readonly facts: readonly { readonly key: string; readonly value: string }[]
    readonly versions: readonly {
      readonly period: string
      readonly version: string
      readonly state: string
      readonly run: string
      readonly built: string
      readonly engine: string
    }[]
    readonly goesInto: readonly string[]
  } | null
}
