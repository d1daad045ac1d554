import type { TagView } from '../../frame/tag.ts'
import type { RoundOption } from '../round.ts'

export interface DuplicatesView {
  readonly rounds: readonly RoundOption[]
  readonly round: string
  readonly summary: string
  readonly groups: readonly {
    readonly id: string
    /** Whether whoever looks may say which record is the main one. */
    readonly decides: boolean
    readonly heading: string
    readonly tag: TagView
    readonly todo: string
    readonly alone: boolean
    readonly records: readonly {
      readonly name: string
      readonly return: string
      readonly ordinal: number
      readonly main: boolean
      readonly href: string
      readonly place: string
      readonly why: string
      readonly decided: string
    }[]
  }[]
  readonly earlier: string | null
  readonly later: string | null
}
