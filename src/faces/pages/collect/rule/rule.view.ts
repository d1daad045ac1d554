import type { TagView } from '../../frame/tag.ts'
import type { NoteView } from '../return/return.view.ts'

export interface RuleView {
  readonly back: string
  readonly caption: string
  readonly heading: string
  readonly severity: TagView
  readonly message: string
  readonly todo: string
  readonly accepts: string
  /** The rule’s own guidance for a note; null where it gives none. */
  readonly says: string | null
  /** What the items that it points at are. */
  readonly items: readonly { readonly label: string; readonly says: string | null }[]
  readonly places: readonly {
    readonly number: string
    readonly location: string
    readonly line: string
    readonly status: TagView
  }[]
  readonly total: string
  readonly earlier: string | null
  readonly later: string | null
  readonly error: { readonly text: string; readonly href: string } | null
  readonly notes: readonly NoteView[]
  readonly decideAction: string
  /** Null: this person can write no note on it now. */
  readonly write: {
    readonly action: string
    readonly kinds: readonly { readonly value: string; readonly text: string; readonly chosen: boolean }[]
    readonly text: string
    readonly error: string | null
    /** Whether the list of places is offered for choosing: there is more than one. */
    readonly some: boolean
    readonly which: 'all' | 'some'
    readonly chosen: readonly string[]
    readonly longest: number
  } | null
}
