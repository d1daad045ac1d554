import { encryptTo, parseAgeRecipient } from '../../core/standards/age/index.ts'
import type { SentNote } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { AgreementId } from '../../core/vocabulary/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import type { StoredBuild } from './builds.store.ts'
import { explanationsOf } from './explanations.store.ts'
import { findingsOfBuild } from './findings.store.ts'
import { notesToSend } from './notes-to-send.ts'

/** The notes of a return as they go, and as they travel: encrypted to the recipient, null where there are none. */
export interface SealedNotes {
  readonly notes: readonly SentNote[]
  readonly body: Uint8Array | null
}

/** Takes the notes on what was found in a signed build, in the transaction of its release. */
export async function sealNotes(tx: Tx, build: StoredBuild, agreementId: AgreementId): Promise<SealedNotes> {
  const notes = notesToSend(await findingsOfBuild(tx, build.id), await explanationsOf(tx, build))
  if (notes.length === 0) return { notes, body: null }
  const { agreements, standings } = await currentPolicy(tx)
  const recipient = agreements.get(agreementId)?.agreement.recipient
  const key = parseAgeRecipient((recipient && standings.get(recipient)?.ageRecipient) ?? '')
  if (!key.ok) throw new Error('a return was released to a recipient without a key')
  return { notes, body: await encryptTo([key.value], Buffer.from(JSON.stringify({ notes }))) }
}
