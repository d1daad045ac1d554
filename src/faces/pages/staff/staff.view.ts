import type { TagView } from '../frame/tag.ts'

export interface StaffView {
  readonly people: readonly {
    readonly name: string
    readonly role: string
    readonly email: string
    readonly state: TagView
    readonly href: string
  }[]
}

/** A one-time password, shown this once. */
export interface OneTimeView {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly days: number
}

export interface AccountView {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: string
  readonly state: TagView
  readonly disabled: boolean
  /** One's own account is changed by somebody else. */
  readonly own: boolean
}
