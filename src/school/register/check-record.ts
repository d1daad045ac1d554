import { dateInEngland } from '../../core/vocabulary/index.ts'
import { formerIdentityFields, type Target } from './fields.ts'
import type { Held } from './read-value.ts'
import type { RejectionCode } from './rejection.ts'

export interface RecordFault {
  readonly field: string
  readonly code: RejectionCode
}

type Values = Readonly<Record<string, Held | undefined>>

/** Oldest birth that a school's register may hold: sixth forms end at 19, special schools and data errors past that. */
const yearsBack = 30

/** Earlier than another date where it may not be; dates in ISO form compare as text. */
const precedes = (values: Values, later: string, earlier: string): boolean => {
  const [a, b] = [values[later], values[earlier]]
  return typeof a === 'string' && typeof b === 'string' && a < b
}

/** What can only be seen in several values of one record together, or in the light of today. Pure. */
export function* checkRecord(target: Target, values: Values, at: Date): Generator<RecordFault> {
  const today = dateInEngland(at)
  const future = (field: string): boolean => typeof values[field] === 'string' && values[field] > today
  const impossible = (field: string): RecordFault => ({ field, code: 'impossible-date' })
  switch (target) {
    case 'pupils': {
      const born = values['dateOfBirth']
      const oldest = `${Number(today.slice(0, 4)) - yearsBack}${today.slice(4)}`
      if (typeof born === 'string' && (born > today || born < oldest)) yield impossible('dateOfBirth')
      if (precedes(values, 'entryDate', 'dateOfBirth')) yield impossible('entryDate')
      if (precedes(values, 'leavingDate', 'entryDate')) yield impossible('leavingDate')
      if (precedes(values, 'senStartDate', 'dateOfBirth') || future('senStartDate'))
        yield impossible('senStartDate')
      if (values['adopted'] === true) {
        for (const field of formerIdentityFields) {
          if (values[field] != null) yield { field, code: 'former-identity' }
        }
      }
      return
    }
    case 'attendance':
      if (future('day')) yield impossible('day')
      return
    case 'fsm':
      if (precedes(values, 'endDate', 'startDate')) yield impossible('endDate')
      return
    case 'sen':
      if (precedes(values, 'endDate', 'startDate')) yield impossible('endDate')
      if (values['rank'] === 0) yield { field: 'rank', code: 'bad-number' }
      return
    case 'assessments':
      if (future('resultDate')) yield impossible('resultDate')
      return
    case 'suspensions':
      return
    case 'history':
      if (future('entryDate')) yield impossible('entryDate')
      if (precedes(values, 'leavingDate', 'entryDate')) yield impossible('leavingDate')
      return
    case 'protections':
      if (precedes(values, 'toDate', 'fromDate')) yield impossible('toDate')
      // Nobody stops being adopted: a mark that ended would let the past out again.
      if (values['kind'] === 'adoption' && values['toDate'] != null) yield impossible('toDate')
      if (values['kind'] === 'objection' && values['agreementId'] == null) {
        yield { field: 'agreementId', code: 'unknown-agreement' }
      }
      return
    case 'consents':
      if (typeof values['recordedAt'] === 'string' && values['recordedAt'] > at.toISOString()) {
        yield impossible('recordedAt')
      }
      if (precedes(values, 'expiresAt', 'recordedAt')) yield impossible('expiresAt')
      if ((values['giver'] === 'contact') !== (values['contactMisId'] != null)) {
        yield { field: 'contactMisId', code: values['giver'] === 'contact' ? 'required' : 'unknown-contact' }
      }
      if (
        values['giver'] === 'school' &&
        !['revoked', 'expired', 'invalidated'].includes(String(values['state']))
      ) {
        yield { field: 'giver', code: 'school-choice' }
      }
      return
    case 'contacts':
      return
  }
}
