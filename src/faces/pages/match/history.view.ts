export interface HistoryView {
  readonly reference: string
  /** Null: it is in use itself. */
  readonly current: { readonly text: string; readonly href: string } | null
  readonly changes: readonly {
    readonly when: string
    readonly what: string
    readonly cause: string
    readonly by: string
  }[]
  readonly decisions: readonly {
    readonly id: string
    readonly pair: string
    readonly verdict: string
    readonly who: string
    readonly reason: string
    readonly undone: string | null
    readonly mayUndo: boolean
  }[]
  readonly fault: string | null
}
