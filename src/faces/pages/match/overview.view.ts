import type { TagView } from '../frame/tag.ts'

export interface OverviewView {
  readonly figures: readonly { readonly label: string; readonly number: string; readonly note?: string }[]
  readonly gap: string | null
  readonly groups: readonly {
    readonly name: string
    readonly records: string
    readonly joined: string
    readonly precision: string
    readonly recall: string
    readonly load: string
  }[]
  readonly waiting: {
    readonly summary: string
    readonly pairs: readonly {
      readonly href: string
      readonly name: string
      readonly why: string
      readonly weight: string
      readonly state: TagView
    }[]
    readonly earlier: string | null
    readonly later: string | null
  }
  readonly runs: readonly {
    readonly number: string
    readonly when: string
    readonly by: string
    readonly returns: string
    readonly records: string
    readonly pupils: string
    readonly changes: string
  }[]
  readonly changes: readonly {
    readonly when: string
    readonly what: string
    readonly kept: { readonly text: string; readonly href: string }
    readonly other: { readonly text: string; readonly href: string }
  }[]
}
