import { GatehouseError } from '../../core/vocabulary/index.ts'
import { hasDuty, type Person } from '../collect/index.ts'

/**
 * Whoever builds the holdings, reads identities or decides on ratings and retention: the operator, and people whose duty is the
 * matching or the statistics. @throws GatehouseError `not-allowed`
 */
export function requireSteward(person: Person): void {
  if (hasDuty(person, 'statistics') || hasDuty(person, 'match-review')) return
  throw new GatehouseError('not-allowed', 'This is for people who look after the national holdings.', {
    todo: 'Ask somebody of the department who manages accounts for the duty statistics or match-review.',
  })
}
