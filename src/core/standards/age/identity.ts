import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { AgeRecipientKind } from './recipient.ts'

/** A new key pair, as a recipient would make for itself: the demonstration and tests play the recipients. */
export async function makeIdentity(
  kind: AgeRecipientKind,
): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await (kind === 'hybrid' ? generateHybridIdentity() : generateX25519Identity())
  return { identity, recipient: await identityToRecipient(identity) }
}

/** The public key of a secret key. */
export const recipientOf = (identity: string): Promise<string> => identityToRecipient(identity.trim())
