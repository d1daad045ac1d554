import type { assetAddresses } from './assets.ts'

export type Section =
  | 'today'
  | 'recipients'
  | 'pupils'
  | 'consent'
  | 'census'
  | 'ledger'
  | 'notice'
  | 'tasks'
  | 'staff'
  | 'account'
  | 'collect'
  | 'returns'
  | 'duplicates'
  | 'send'
  | 'statistics'
  | 'statistics-work'
  | 'match'
  | 'holdings'
  | 'accounts'

/** What the frame around every page shows. */
export interface LayoutView {
  readonly title: string
  /** Whose server this is to whoever looks: the school’s name, or the collection of returns. */
  readonly school: string
  readonly home: string
  /** Wider than the usual column: the permit matrix needs it. */
  readonly wide: boolean
  readonly staff: { readonly name: string; readonly role: string } | null
  /** What stands at the foot of each page. */
  readonly links: readonly { readonly text: string; readonly href: string }[]
  readonly formToken: string
  readonly navigation: readonly { readonly text: string; readonly href: string; readonly current: boolean }[]
  /** What has just been done, in a sentence; null when nothing was. */
  readonly done: string | null
  readonly assets: typeof assetAddresses
}
