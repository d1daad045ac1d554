import type { Check } from '../terms/match-codes.ts'
import type { Term } from '../terms/access-policy.ts'
import type { SomeAnswers } from './answers.ts'

export type Outcome = 'approved' | 'conditional' | 'rejected'

/** The panel member's own reasons, each by what it is about. */
export interface Review {
  readonly outcome: Outcome
  readonly principles: Readonly<Record<string, string>>
  /** By `dataSet.column`: why it may or may not be had. */
  readonly items: Readonly<Record<string, string>>
  readonly codes: Readonly<Record<string, string>>
  readonly conditions: readonly string[]
  readonly reason: string
}

/** What can happen to an application and the agreement that it becomes. Never changed once it has happened. */
export type Happened =
  | {
      readonly kind: 'drafted'
      readonly answers: SomeAnswers
      readonly parent: string | null
      readonly copiedFrom: string | null
    }
  | { readonly kind: 'saved'; readonly answers: SomeAnswers }
  | { readonly kind: 'submitted'; readonly form: number }
  | { readonly kind: 'returned'; readonly reason: string }
  | { readonly kind: 'feasibility-found'; readonly feasible: boolean; readonly reason: string }
  | { readonly kind: 'gateway-recorded'; readonly gateway: string; readonly reason: string }
  | { readonly kind: 'gateway-confirmed'; readonly gateway: string; readonly reason: string }
  | { readonly kind: 'benefits-given'; readonly answers: SomeAnswers }
  | { readonly kind: 'conflict-declared'; readonly about: string }
  | {
      readonly kind: 'check-resolved'
      readonly check: string
      readonly met: boolean
      readonly reason: string
    }
  | { readonly kind: 'reviewed'; readonly review: Review }
  | {
      readonly kind: 'decided'
      readonly outcome: Outcome
      readonly checks: readonly Check[]
      readonly conditions: readonly string[]
      readonly versions: Readonly<Record<string, number>>
      /** Null where it was rejected. */
      readonly terms: { readonly codes: readonly Term[]; readonly text: string; readonly hash: string } | null
    }
  | { readonly kind: 'condition-met'; readonly condition: number; readonly evidence: string }
  | {
      readonly kind: 'signed'
      readonly party: 'organisation' | 'department' | 'user'
      readonly who: string
      readonly hash: string
    }
  | { readonly kind: 'activated' }
  | { readonly kind: 'suspended'; readonly cause: string; readonly reasons: readonly string[] }
  | { readonly kind: 'restored'; readonly reason: string }
  | { readonly kind: 'user-removed'; readonly user: string }
  | { readonly kind: 'ended'; readonly reason: string; readonly destroyBy: string }
  | { readonly kind: 'reminded'; readonly days: number }
  | { readonly kind: 'overdue' }
  | {
      readonly kind: 'destruction-certified'
      readonly method: string
      readonly evidence: string
      readonly on: string
    }
  | { readonly kind: 'closed' }
  | { readonly kind: 'breach-reported'; readonly what: string }
  | { readonly kind: 'revoked'; readonly reason: string; readonly destroyBy: string }
  | {
      readonly kind: 'extracted'
      readonly extract: string
      readonly people: number
      readonly rows: number
      readonly entry: number
    }
  | { readonly kind: 'output-asked'; readonly output: string; readonly checks: readonly Check[] }
  | {
      readonly kind: 'output-judged'
      readonly output: string
      readonly verdict: 'approve' | 'changes' | 'reject'
      readonly reason: string
    }
  | { readonly kind: 'output-released'; readonly output: string; readonly sha256: string }
  | { readonly kind: 'output-refused'; readonly output: string }

/** Who acts. `organisation` is null for the department's own people. */
export interface Doer {
  readonly name: string
  readonly role: string
  readonly organisation: string | null
  /** The organisation that somebody of the panel belongs to beside their part in it. */
  readonly affiliation?: string | null
  readonly duties: readonly string[]
}

/** An event as it is kept. */
export interface Kept<Event = Happened> {
  readonly number: number
  readonly event: Event
  readonly by: { readonly name: string; readonly role: string }
  readonly at: Date
}
