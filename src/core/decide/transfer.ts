import { dateInEngland, isIsoDate } from '../vocabulary/index.ts'
import type { DecisionCase } from './policy-context.ts'

/** Whether the data would leave the United Kingdom: by where the recipient sits or by where it keeps them. */
export const leavesUk = ({ recipient, version }: DecisionCase): boolean =>
  recipient.country !== 'GB' || version.agreement.transfer.country !== 'GB'

/**
 * Whether the data would leave the United Kingdom without the safeguard that the agreement demands (UK GDPR Art. 46). Where
 * the agreement names one, the one on record must be it.
 */
export function leavesUkUnguarded(c: DecisionCase): boolean {
  if (!leavesUk(c)) return false
  const { transferSafeguard, transferSafeguardOn } = c.standing
  const demanded = c.version.agreement.transfer.safeguard
  if (!transferSafeguard || !transferSafeguardOn) return true
  if (demanded !== null && demanded !== transferSafeguard) return true
  return !isIsoDate(transferSafeguardOn) || transferSafeguardOn > dateInEngland(c.at)
}
