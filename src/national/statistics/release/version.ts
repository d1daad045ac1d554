import type { QualityCheck } from './quality-checks.ts'
import type { Difference, VersionNumber } from './differences.ts'

export type VersionState = 'draft' | 'signed-off' | 'published' | 'withdrawn' | 'dropped'

/** What is said of a version in words. */
export interface About {
  readonly publication: { readonly title: string; readonly summary: string }
  readonly dataSet: {
    readonly title: string
    readonly summary: string
    readonly footnotes: readonly string[]
  }
  /** The disclosure policy it was made under, in words, and what the audit found. */
  readonly policy: { readonly id: string; readonly words: string }
  readonly audit: string
  readonly release: { readonly title: string; readonly slug: string }
}

/** A version of a data set, published or on its way. */
export interface StatisticVersion {
  readonly id: string
  readonly publication: string
  readonly dataSet: string
  readonly state: VersionState
  readonly about: About
  readonly checks: readonly QualityCheck[]
  readonly change: Difference
  /** Null until it is published. */
  readonly number: VersionNumber | null
  readonly rows: number
  readonly digest: string
  readonly draftedBy: string
  readonly draftedAt: Date
  readonly signedBy: string | null
  readonly publishAt: Date | null
  readonly publishedAt: Date | null
  readonly withdrawnAt: Date | null
  readonly reason: string | null
}

export interface VersionEvent {
  readonly number: number
  readonly move: string
  readonly by: string
  readonly role: string
  readonly reason: string | null
  readonly at: Date
}
