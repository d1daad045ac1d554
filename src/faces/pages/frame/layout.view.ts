import type { assetAddresses } from './assets.ts'

export type Section =
  'today' | 'recipients' | 'pupils' | 'consent' | 'ledger' | 'notice' | 'tasks' | 'staff' | 'account'

/** What the frame around every page shows. */
export interface LayoutView {
  readonly title: string
  readonly school: string
  readonly home: string
  /** Wider than the usual column: the permit matrix needs it. */
  readonly wide: boolean
  readonly staff: { readonly name: string; readonly role: string } | null
  readonly formToken: string
  readonly navigation: readonly { readonly text: string; readonly href: string; readonly current: boolean }[]
  /** What has just been done, in a sentence; null when nothing was. */
  readonly done: string | null
  readonly assets: typeof assetAddresses
}
