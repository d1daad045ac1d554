export interface DatasetsView {
  readonly edition: string
  readonly datasets: readonly {
    readonly id: string
    readonly title: string
    readonly description: string
    readonly note: string
    readonly href: string
    readonly versions: readonly {
      readonly period: string
      readonly version: string
      readonly stands: string
      readonly rows: string
      readonly linked: string
      readonly byHand: string
      readonly change: string
      readonly run: string
      readonly built: string
    }[]
  }[]
  readonly editions: readonly {
    readonly number: string
    readonly when: string
    readonly by: string
    readonly run: string
    readonly note: string
  }[]
}
