import type { StaffRole } from '../core/vocabulary/index.ts'

/** What a signed-in person may want to do. Every page and API route names one of these, and nothing else decides it. */
export type Act =
  | 'see-sharing' // today, recipients, agreements, notice, the ledger's open entries, tasks: no pupil's data
  | 'see-pupils' // names, and who has a pupil's data
  | 'see-restricted' // ledger entries kept from view: safeguarding and crime
  | 'preview-release' // the values that would leave
  | 'release'
  | 'sign-off-return'
  | 'approve-agreement'
  | 'publish-notice'
  | 'record-standing' // what a recipient showed, and where its files go
  | 'check-template'
  | 'manage-staff'
  | 'protect-pupil'
  | 'sever-identity' // part an adopted pupil’s former identity from the new one
  | 'record-choice'
  | 'close-task'
  | 'verify-ledger'

/**
 * Who may do what. An auditor checks the log and the rules without receiving pupil data; the safeguarding lead sees what
 * is restricted and sends nothing.
 */
export const allowed: Readonly<Record<Act, readonly StaffRole[]>> = {
  'see-sharing': ['office', 'dpo', 'head', 'safeguarding-lead', 'auditor'],
  'see-pupils': ['office', 'dpo', 'head', 'safeguarding-lead'],
  'see-restricted': ['dpo', 'safeguarding-lead'],
  'preview-release': ['office', 'dpo', 'head'],
  release: ['office', 'dpo', 'head'],
  'sign-off-return': ['head'],
  'approve-agreement': ['dpo', 'head'],
  'publish-notice': ['dpo', 'head'],
  'record-standing': ['dpo', 'head'],
  'check-template': ['office', 'dpo', 'head'],
  'manage-staff': ['dpo', 'head'],
  'protect-pupil': ['safeguarding-lead', 'dpo', 'head'],
  'sever-identity': ['dpo', 'head'],
  'record-choice': ['office', 'dpo', 'head'],
  'close-task': ['office', 'dpo', 'head', 'safeguarding-lead'],
  'verify-ledger': ['office', 'dpo', 'head', 'safeguarding-lead', 'auditor'],
}

export const may = (role: StaffRole, act: Act): boolean => allowed[act].includes(role)

/** How a role is called on screen. */
export const roleNames: Readonly<Record<StaffRole, string>> = {
  office: 'School office',
  dpo: 'Data protection officer',
  head: 'Head teacher',
  'safeguarding-lead': 'Safeguarding lead',
  auditor: 'Auditor',
}
