/** Who works with Gatehouse at a school. What each may do is decided by the faces' guards, from this list. */
export type StaffRole = 'office' | 'dpo' | 'head' | 'safeguarding-lead' | 'auditor'

/** Who acts: written into releases, approvals and the ledger as a role and, inside the school, a name. */
export interface Actor {
  readonly kind: 'staff' | 'job' | 'command'
  readonly name: string
  readonly role: StaffRole | 'system'
}

/**
 * Whose returns somebody on the national side may see: one source's, an authority's area's, or all. A source is named by the
 * number of its authority and its own (a school's URN, an authority's number).
 */
export type NationalScope =
  | { readonly kind: 'source'; readonly laNumber: string; readonly source: string }
  | { readonly kind: 'authority'; readonly laNumber: string }
  | { readonly kind: 'collector' }

/**
 * Who acts on the national side. `operator` runs the command on the collector's own machine: it stands in for whoever a move
 * belongs to, and is recorded as what it is.
 */
export interface NationalActor {
  readonly kind: 'staff' | 'job' | 'command' | 'token'
  readonly name: string
  readonly role: 'source' | 'agent' | 'collector' | 'operator'
}

/**
 * What the department's own people are trusted with beyond collecting: reviewing links between records; building and releasing
 * statistics, and signing them off; receiving applications for access, deciding them on the panel, checking outputs.
 */
export const duties = [
  'match-review',
  'statistics',
  'statistics-sign-off',
  'access-office',
  'access-panel',
  'output-check',
] as const
export type Duty = (typeof duties)[number]
