import type { TagView } from '../../frame/tag.ts'

export interface AccountsView {
  readonly whose: string
  readonly find: string
  readonly summary: string
  readonly people: readonly {
    readonly name: string
    readonly href: string
    readonly of: string
    readonly email: string
    readonly state: TagView
  }[]
  readonly earlier: string | null
  readonly later: string | null
}

export interface AccountView {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly of: string
  readonly state: TagView
  readonly disabled: boolean
  /** One's own account is changed by somebody else. */
  readonly own: boolean
  /** Null: not somebody of the department. */
  readonly duties: readonly string[] | null
  readonly givesDuties: boolean
}

/** A one-time password, shown this once. */
export interface OneTimeView {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly days: number
}
