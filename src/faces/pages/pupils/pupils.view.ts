export interface PupilsView {
  readonly searched: string | null
  readonly found: readonly {
    readonly id: string
    readonly name: string
    readonly admission: string
    readonly class: string
    readonly left: boolean
  }[]
  /** What to tell besides the list: how many were found, or that there are more. */
  readonly summary: string | null
  readonly error: string | null
}
