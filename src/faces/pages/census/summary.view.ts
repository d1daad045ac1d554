import type { TagView } from '../frame/tag.ts'
import type { LinkView } from './census.view.ts'

export interface ComparedView {
  readonly heading: string
  readonly hint: string | null
  readonly lines: readonly {
    readonly label: string
    readonly now: string
    readonly before: string
    readonly change: string
    readonly tag: TagView | null
  }[]
}

export interface SummaryView {
  readonly back: LinkView
  readonly path: string
  readonly heading: string
  readonly state: TagView
  readonly figures: readonly {
    readonly label: string
    readonly number: string
    readonly note: string | null
  }[]
  /** “Summer 2026, 21 May 2026”; null: there is no return before. */
  readonly before: string | null
  readonly compared: readonly ComparedView[]
  readonly ages: readonly {
    readonly label: string
    readonly girls: string
    readonly boys: string
    readonly all: string
  }[]
  readonly found: readonly string[]
  readonly notes: readonly {
    readonly rule: string
    readonly href: string
    readonly text: string
    readonly by: string
  }[]
  readonly leftOut: readonly string[]
  readonly sha256: string
  readonly signed: { readonly by: string; readonly statement: string } | null
  readonly sign: { readonly statement: string; readonly warning: string | null } | null
  /** Who has to sign, for somebody who can’t. */
  readonly waits: string | null
}
