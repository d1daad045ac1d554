import type { TagView } from '../frame/tag.ts'

export interface ConsentView {
  /** The standings that some pupil is in, in reading order: the columns. */
  readonly standings: readonly TagView[]
  readonly purposes: readonly {
    readonly label: string
    readonly askedFor: string
    readonly kind: string
    readonly wording: string | null
    readonly numbers: readonly string[]
  }[]
}
