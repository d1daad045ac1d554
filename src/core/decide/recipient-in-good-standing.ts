import type { Reason } from '../vocabulary/index.ts'
import { isOnOrBefore, knownDate } from './dates.ts'
import { oncePerPlan } from './once-per-plan.ts'
import { leavesUkUnguarded } from './transfer.ts'

/**
 * Condition 2: the recipient is who it says (checked since its last change of name or control), its contract or legal power
 * is on record, its encryption key is valid where one is needed, and a safeguard stands where the data leave the country.
 */
export const recipientInGoodStanding = oncePerPlan((plan): readonly Reason[] => {
  const { agreement, recipient, standing, today } = plan
  const reasons: Reason[] = []
  const refuse = (code: Reason['code'], text: string): void => {
    reasons.push({ code, condition: 2, text, about: recipient.id })
  }
  if (agreement.recipient !== recipient.id || standing.recipientId !== recipient.id) {
    refuse('unknown', 'The agreement, the recipient and its record do not belong together.')
  }
  const { identityVerifiedOn, identityChangedOn, contractOn } = standing
  if (identityVerifiedOn === null || !isOnOrBefore(identityVerifiedOn, today)) {
    refuse('recipient-identity', 'The recipient’s identity has not been verified.')
  } else if (identityChangedOn !== null && knownDate(identityChangedOn) > identityVerifiedOn) {
    refuse(
      'recipient-identity',
      'The recipient changed its name or control after its identity was last verified.',
    )
  }
  if (contractOn === null || !isOnOrBefore(contractOn, today)) {
    refuse('recipient-contract', 'No contract with the recipient, or legal power of it, is on record.')
  }
  const { kind, encrypt } = agreement.transport
  if (encrypt && kind !== 'copy-sheet' && kind !== 'none') {
    const { ageRecipient, ageRecipientExpiresOn } = standing
    if (ageRecipient === null || !isAgeRecipient(ageRecipient)) {
      refuse('recipient-key', 'The recipient has no valid encryption key on record.')
    } else if (ageRecipientExpiresOn !== null && knownDate(ageRecipientExpiresOn) < today) {
      refuse('recipient-key', 'The recipient’s encryption key has expired.')
    }
  }
  if (leavesUkUnguarded(plan)) {
    refuse(
      'recipient-transfer',
      'The data would leave the United Kingdom without the safeguard that the agreement demands.',
    )
  }
  return reasons
})

/** The form of an age recipient, X25519 or hybrid (C2SP age). Whether its checksum holds is seen when a release encrypts. */
const isAgeRecipient = (text: string): boolean => /^age1[0-9a-z]{58,}$/.test(text)
