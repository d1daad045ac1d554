import type { TagView } from '../../frame/tag.ts'
import type { RoundOption } from '../round.ts'

interface Option {
  readonly value: string
  readonly text: string
  readonly chosen: boolean
}

export interface ReturnsView {
  readonly rounds: readonly RoundOption[]
  readonly states: readonly Option[]
  /** Empty where the scope is one authority. */
  readonly authorities: readonly Option[]
  readonly find: string
  readonly summary: string
  readonly rows: readonly {
    readonly name: string
    readonly number: string
    readonly href: string
    readonly authority: string
    readonly state: TagView
    readonly since: string
    readonly errors: string
    readonly queries: string
  }[]
  readonly earlier: string | null
  readonly later: string | null
}
