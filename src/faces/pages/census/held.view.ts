import type { TagView } from '../frame/tag.ts'
import type { LinkView } from './census.view.ts'

export interface HeldLineView {
  readonly version: string
  readonly href: string
  readonly submitted: string
  readonly state: TagView
  readonly pupils: string
  readonly signed: string
  /** Why it took the place of the one before. */
  readonly reason: string | null
}

export interface HeldView {
  readonly kept: string
  readonly terms: readonly {
    readonly heading: string
    /** What stands there now, in a sentence. */
    readonly now: string
    readonly versions: readonly HeldLineView[]
  }[]
}

export interface HeldReturnView {
  readonly heading: string
  readonly caption: string
  readonly state: TagView
  readonly facts: readonly { readonly key: string; readonly value: string; readonly code: boolean }[]
  readonly entries: readonly LinkView[]
  readonly receipt: string | null
  readonly groups: readonly {
    readonly heading: string
    readonly items: readonly { readonly label: string; readonly pupils: string }[]
  }[]
  readonly leftOut: readonly string[]
  readonly notes: readonly { readonly rule: string; readonly text: string; readonly about: string }[]
  readonly notesSaid: readonly string[]
  /** Pupils by name, for those who may see them. */
  readonly pupils: readonly LinkView[]
  readonly total: string
}
