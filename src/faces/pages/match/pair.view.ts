import type { TagView } from '../frame/tag.ts'
import type { WaterfallView } from './waterfall-view.ts'

export interface PairView {
  readonly id: string
  readonly why: string
  readonly state: TagView
  /** Rows of both sides, and of what speaks for both. */
  readonly heads: readonly string[]
  readonly rows: readonly {
    readonly label: string
    readonly values: readonly string[]
    readonly differs: boolean
  }[]
  readonly between: string | null
  readonly references: readonly { readonly text: string; readonly href: string }[]
  readonly waterfall: WaterfallView | null
  readonly pass: string | null
  readonly decisions: readonly {
    readonly verdict: string
    readonly who: string
    readonly reason: string
    readonly undone: string | null
  }[]
  /** Null: nothing is to be decided, or not by whoever looks. */
  readonly asks: {
    readonly legend: string
    readonly hint: string
    readonly choices: readonly { readonly value: string; readonly text: string; readonly chosen: boolean }[]
    readonly reason: string
    readonly faults: readonly { readonly field: string; readonly text: string }[]
    readonly verdictFault: string | null
    readonly reasonFault: string | null
  } | null
  readonly notAsked: string | null
}
