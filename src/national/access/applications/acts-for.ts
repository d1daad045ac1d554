import type { Command } from './command.ts'
import type { Doer } from './event.ts'

/** Whether somebody acts for this organisation: one of its own, or the access office in its place. */
export const actsFor = (by: Doer, organisation: string): boolean =>
  by.organisation === null
    ? by.role === 'operator' || by.duties.includes('access-office')
    : by.organisation === organisation

/** What an organisation does itself: nobody else of the department does it for them. A breach, anybody reports. */
export const ofTheOrganisation: ReadonlySet<Command['kind']> = new Set<Command['kind']>([
  'draft',
  'save',
  'submit',
  'give-benefits',
  'sign',
  'remove-user',
  'end',
  'certify',
  'record-extract',
  'ask-output',
])
