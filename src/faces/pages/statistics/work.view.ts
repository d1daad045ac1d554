import type { TagView } from '../frame/tag.ts'

export interface WorkListView {
  readonly groups: readonly {
    readonly heading: string
    readonly none: string
    readonly lines: readonly { readonly title: string; readonly href: string; readonly note: string }[]
  }[]
}

export interface WorkView {
  readonly title: string
  readonly state: TagView
  readonly summary: string
  readonly error: { readonly text: string; readonly href: string } | null
  readonly checks: readonly { readonly check: string; readonly tag: TagView; readonly says: string }[]
  readonly flags: string | null
  readonly people: readonly { readonly who: string; readonly when: string; readonly views: string }[]
  readonly events: readonly {
    readonly what: string
    readonly who: string
    readonly when: string
    readonly why: string
  }[]
  readonly address: string
  readonly maySignOff: boolean
  readonly mayGiveAccess: boolean
  readonly mayDrop: boolean
  readonly mayWithdraw: boolean
  readonly suggested: string
}
