import type { SchoolStore } from '../../core/store/index.ts'
import { ok, type RecipientId, type Result } from '../../core/vocabulary/index.ts'
import { recipientRecord, recordAddress, type FieldFault } from '../agreements/index.ts'
import { dropSecret, keepSecret } from './keep-secret.ts'
import { settingsOf, type ProposedEndpoint } from './proposed-endpoint.ts'
import { passwordSecret } from './sftp-session.ts'
import { makeSshKey, publicHalf } from './ssh-key.ts'

export interface EndpointRecorded {
  /** With which the recipient lets the school in, where that is by a key that was given or made now. */
  readonly publicKey: string | null
}

/**
 * Records where a recipient's files go and how the school signs in there. The secret lies in `home/keys`, readable by its
 * owner alone; the store holds its name. The one before is removed once the new one is on record.
 * @throws GatehouseError `not-found` for a recipient the policy does not know.
 */
export async function recordEndpoint(
  { school, home }: { readonly school: SchoolStore; readonly home: string },
  recipientId: RecipientId,
  proposal: ProposedEndpoint,
  at: Date,
): Promise<Result<EndpointRecorded, readonly FieldFault[]>> {
  const before = (await school.read((tx) => recipientRecord(tx, recipientId))).secretReference
  const settings = settingsOf(proposal, before !== null)
  if (!settings.ok) return settings
  const { secret, publicKey } = secretOf(proposal)
  const kept = secret === null ? null : await keepSecret(home, recipientId, secret)
  const reference = proposal.signIn.by === 'as-before' ? before : kept
  try {
    const unused = await recordAddress(school, recipientId, settings.value, reference, at)
    if (unused !== null) await dropSecret(home, unused)
  } catch (error) {
    if (kept !== null) await dropSecret(home, kept)
    throw error
  }
  return ok({ publicKey })
}

function secretOf({ signIn }: ProposedEndpoint): {
  readonly secret: string | null
  readonly publicKey: string | null
} {
  switch (signIn.by) {
    case 'new-key': {
      const pair = makeSshKey()
      return { secret: pair.private, publicKey: publicHalf(pair.private) }
    }
    case 'private-key':
      return { secret: `${signIn.secret.trim()}\n`, publicKey: publicHalf(signIn.secret) }
    case 'password':
      return { secret: passwordSecret(signIn.secret), publicKey: null }
    case 'token':
      return { secret: signIn.secret.trim(), publicKey: null }
    case 'as-before':
    case 'nothing':
      return { secret: null, publicKey: null }
  }
}
