import type { TagView } from '../frame/tag.ts'

export interface ProtectionsView {
  readonly id: string
  readonly name: string
  readonly live: readonly ProtectionView[]
  readonly past: readonly ProtectionView[]
  readonly errors: readonly { readonly text: string; readonly href: string }[]
  readonly kinds: readonly { readonly value: string; readonly text: string; readonly hint: string }[]
}

export interface ProtectionView {
  readonly id: string
  readonly tag: TagView
  readonly facts: readonly { readonly label: string; readonly text: string }[]
  /** False where a protection can’t be lifted. */
  readonly mayLift: boolean
}
