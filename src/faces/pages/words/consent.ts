import type { AgreementId } from '../../../core/vocabulary/index.ts'
import type { Purpose, PurposeStanding } from '../../../school/consent/index.ts'
import type { TagView } from '../frame/tag.ts'
import { list } from './numbers.ts'

/** Where a pupil stands for a purpose, in the order in which people want to read it. */
export const standingOrder: readonly PurposeStanding[] = [
  'given',
  'disagreement',
  'refused',
  'withdrawn',
  'other-wording',
  'expired',
  'revoked',
  'invalidated',
  'requested',
  'deferred',
  'unknown',
]

export const standingWords: Readonly<Record<PurposeStanding, TagView>> = {
  given: { text: 'Yes', colour: 'green' },
  disagreement: { text: 'Parents disagree', colour: 'orange' },
  refused: { text: 'No', colour: 'red' },
  withdrawn: { text: 'Withdrawn', colour: 'red' },
  'other-wording': { text: 'Agreed to other words', colour: 'yellow' },
  expired: { text: 'Expired', colour: 'yellow' },
  revoked: { text: 'Ended by the school', colour: 'yellow' },
  invalidated: { text: 'Found not valid', colour: 'yellow' },
  requested: { text: 'Asked, no answer', colour: 'grey' },
  deferred: { text: 'Put off', colour: 'grey' },
  unknown: { text: 'Not asked', colour: 'grey' },
}

/** "Asked for PrimarySite and Dojo": the recipients that wait for the answer; or plainly that there are none. */
export function askedFor(purpose: Purpose, names: ReadonlyMap<AgreementId, string>): string {
  if (purpose.wording === null && purpose.reach.length === 0) return 'Nobody is asked any more.'
  return purpose.reach.length === 0
    ? 'No agreement uses it: Gatehouse sends nothing under it.'
    : `Asked for ${list([...new Set(purpose.reach.map(({ agreement }) => names.get(agreement) ?? agreement))])}`
}
