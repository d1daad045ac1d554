import type { TagView } from '../../frame/tag.ts'

/** Findings of one rule together. */
export interface RuleLineView {
  readonly rule: string
  readonly href: string
  readonly message: string
  readonly places: string
  readonly first: string
  readonly status: readonly { readonly tag: TagView; readonly many: string }[]
}

export interface NoteView {
  readonly id: string
  readonly heading: string
  readonly text: string | null
  readonly by: string
  readonly about: string | null
  readonly outcome: TagView | null
  readonly outcomeBy: string | null
  readonly reason: string | null
  /** Whether this person decides on it now. */
  readonly decide: {
    readonly accept: boolean
    readonly reject: boolean
    readonly error: string | null
  } | null
}

export interface MoveView {
  readonly move: string
  readonly button: string
  readonly hint: string
  readonly asksReason: boolean
  readonly warning: boolean
  /** What is wrong with the reason that was sent. */
  readonly error: string | null
  readonly reason: string
}

export interface ReturnView {
  readonly id: string
  readonly caption: string
  readonly heading: string
  readonly state: TagView
  readonly meaning: string
  /** Set where another version stands, or none. */
  readonly past: { readonly text: string; readonly href: string | null } | null
  readonly error: { readonly text: string; readonly href: string } | null
  readonly facts: readonly { readonly key: string; readonly value: string; readonly code: boolean }[]
  /** What has to happen next, in sentences. */
  readonly next: readonly string[]
  readonly moves: readonly MoveView[]
  readonly replace: string | null
  readonly found: string
  readonly leftOut: string | null
  readonly groups: readonly {
    readonly heading: string
    readonly todo: string
    readonly rules: readonly RuleLineView[]
  }[]
  /** Set where notes wait for a decision and this person may accept them together. */
  readonly acceptAll: {
    readonly waiting: string
    readonly error: string | null
    readonly reason: string
  } | null
  readonly notes: readonly NoteView[]
  /** Kinds of note on the whole return that this person may write. */
  readonly noteKinds: readonly { readonly value: string; readonly text: string }[]
  readonly noteError: string | null
  readonly noteText: string
  readonly longest: number
  readonly history: readonly {
    readonly when: string
    readonly what: string
    readonly by: string
    readonly state: TagView
    readonly reason: string | null
  }[]
  readonly versions: readonly {
    readonly version: string
    readonly href: string | null
    readonly received: string
    readonly by: string
    readonly state: TagView
    readonly found: string
    readonly reason: string | null
  }[]
}
