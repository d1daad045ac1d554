/** Who works with Gatehouse at a school. What each may do is decided by the faces' guards, from this list. */
export type StaffRole = 'office' | 'dpo' | 'head' | 'safeguarding-lead' | 'auditor'

/** Who acts: written into releases, approvals and the ledger as a role and, inside the school, a name. */
export interface Actor {
  readonly kind: 'staff' | 'job' | 'command'
  readonly name: string
  readonly role: StaffRole | 'system'
}
