import type { TagView } from '../frame/tag.ts'

export interface NoticesView {
  readonly current: { readonly version: string; readonly published: string } | null
  readonly drift: { readonly tag: TagView; readonly lines: readonly string[] }
  readonly mayPublish: boolean
  /** The notice as it would be published now. */
  readonly html: string
  readonly versions: readonly {
    readonly version: string
    readonly published: string
    readonly by: string
    readonly sha256: string
  }[]
}

export interface PublicNoticeView {
  readonly html: string
  readonly published: string | null
}
