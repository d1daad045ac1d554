import type { TagView } from '../frame/tag.ts'

/** One recipient: what it has shown, what is missing, who recorded what. */
export interface RecipientView {
  readonly id: string
  readonly name: string
  readonly summary: string
  readonly state: TagView
  /** What keeps its agreements shut, each a sentence. */
  readonly missing: readonly string[]
  readonly rows: readonly {
    readonly label: string
    /** One line each; the first is the answer. */
    readonly lines: readonly string[]
    /** A key or fingerprint, to be copied whole. */
    readonly code: string | null
    readonly actions: readonly { readonly href: string; readonly text: string; readonly about: string }[]
  }[]
  readonly agreements: readonly { readonly href: string; readonly title: string; readonly state: TagView }[]
  readonly history: readonly { readonly when: string; readonly what: string; readonly by: string }[]
}
