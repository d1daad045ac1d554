export interface ApproveView {
  readonly id: string
  readonly recipient: string
  readonly title: string
  readonly version: number
  readonly hash: string
  /** What it would mean, in sentences. */
  readonly summary: readonly string[]
  readonly items: readonly {
    readonly item: string
    readonly special: string | null
    readonly gains: string
    readonly loses: string
    readonly changes: string
    readonly forms: string
  }[]
  readonly examples: readonly { readonly href: string; readonly text: string }[]
  /** What keeps everything back even once it is approved. */
  readonly stillNeeded: readonly string[]
  /** Rules of the house that it breaks; it can't be approved while there is one. */
  readonly broken: readonly string[]
  readonly unconfirmed: boolean
}
