import type { TagView } from '../../frame/tag.ts'
import type { RoundOption } from '../round.ts'
import type { ProgressView } from './progress-view.ts'

/** A return in a list of what waits or is late. */
export interface WaitingView {
  readonly name: string
  readonly href: string
  readonly authority: string
  readonly state: TagView
  readonly found: string
  readonly when: string
}

export interface HomeView {
  readonly heading: string
  readonly rounds: readonly RoundOption[]
  /** Null: no round was ever opened. */
  readonly round: {
    readonly title: string
    readonly due: string
    /** Set when nothing more is received. */
    readonly closed: string | null
    readonly figures: readonly {
      readonly label: string
      readonly number: string
      readonly note: string | null
    }[]
    readonly states: readonly {
      readonly state: TagView
      readonly meaning: string
      readonly number: string
      readonly href: string
    }[]
    readonly waiting: {
      readonly heading: string
      readonly nothing: string
      readonly rows: readonly WaitingView[]
    }
    readonly chase: readonly WaitingView[]
    readonly chaseMore: string | null
    readonly chaseNone: string
    readonly progress: ProgressView | null
  } | null
}
