import type { Agreement, Standing } from '../vocabulary/index.ts'

/**
 * A recipient that has shown everything an agreement can ask of it, on the agreement's first day: with it a decision tells
 * what the agreement itself lets out, whatever its recipient still owes. The key is of the right form and is nobody's.
 */
export const bestStanding = ({ recipient, inForce, transfer }: Agreement): Standing => ({
  recipientId: recipient,
  identityVerifiedOn: inForce.from,
  identityChangedOn: null,
  contractOn: inForce.from,
  transferSafeguard: transfer.safeguard,
  transferSafeguardOn: inForce.from,
  ageRecipient: `age1${'q'.repeat(58)}`,
  ageRecipientExpiresOn: null,
})
