import type { TagView } from '../../frame/tag.ts'

export interface SourceView {
  readonly caption: string
  readonly heading: string
  /** Whether whoever looks is this source. */
  readonly own: boolean
  readonly rounds: readonly {
    readonly title: string
    readonly census: string
    readonly due: string
    readonly state: TagView
    readonly meaning: string
    readonly found: string | null
    readonly href: string | null
    readonly link: string
  }[]
  readonly held: readonly {
    readonly title: string
    readonly records: readonly { readonly label: string; readonly many: string }[]
    readonly received: string
    readonly state: TagView
    readonly fingerprint: string
    readonly file: string
  }[]
  readonly past: readonly {
    readonly title: string
    readonly version: string
    readonly href: string
    readonly received: string
    readonly state: TagView
    readonly why: string
  }[]
}
