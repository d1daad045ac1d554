import { hash } from 'node:crypto'
import type { TermDefinition } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type ItemId } from '../../core/vocabulary/index.ts'
import { retryDelivery } from '../deliver/index.ts'
import { releaseReturn, type Door, type ReleaseOutcome, type ReturnFile } from '../release/index.ts'
import { itemsIn } from './build-return.ts'
import { buildOfFile, pupilsOfBuild, type StoredBuild } from './builds.store.ts'
import { readReturnFile } from './read-return-file.ts'
import { newerStands, notBuiltHere } from './sign-off.store.ts'
import { sealNotes } from './seal-notes.store.ts'
import { changeReason, recordSubmission } from './submissions.store.ts'

export interface ReturnSubmission {
  readonly bytes: Uint8Array
  /** The collector's origin. */
  readonly collector: string
  /** Why it takes the place of one that stands there. */
  readonly replaces: string | null
}

/** The build that a file is, ready to be submitted. @throws GatehouseError when it is not the head's, the newest, or ours. */
export async function signedBuild(tx: Tx, bytes: Uint8Array): Promise<StoredBuild> {
  const build = await buildOfFile(tx, hash('sha256', bytes))
  if (!build) throw notBuiltHere()
  if (!build.isNewest) throw newerStands()
  if (build.signedOff) return build
  throw new GatehouseError('not-allowed', 'The head has not signed this file off.', {
    todo: 'Show the head `gatehouse census summary`; then `gatehouse census sign-off`.',
  })
}

/**
 * Releases a signed return to its collector: every item of every pupil in the file is decided now, the entry of the ledger is
 * made in the transaction that keeps the payload and the submission, and the delivery is queued. What may not leave any more
 * holds the whole file. The notes on what was found go with it, as they stood when the head signed. A return that could not
 * be delivered is submitted again under the same release.
 */
export async function submitReturn(
  door: Door,
  definition: TermDefinition,
  { bytes, collector, replaces }: ReturnSubmission,
  at: Date,
): Promise<ReleaseOutcome> {
  const { school } = door
  const agreementId = definition.law.agreement ?? ''
  const { build, pupilIds } = await school.read(async (tx) => {
    const signed = await signedBuild(tx, bytes)
    return { build: signed, pupilIds: await pupilsOfBuild(tx, signed.id) }
  })
  const outcome = await releaseReturn(
    door,
    {
      agreementId,
      requestKey: `return/${build.collection}/${build.year}-${build.term}/${build.sha256}`,
      at,
    },
    await fileOf(bytes, build, pupilIds, definition),
    async (tx, { releaseId }) => {
      // Once more inside: a newer build, or one taken back, meanwhile.
      const signed = await signedBuild(tx, bytes)
      const notes = await sealNotes(tx, signed, agreementId)
      await recordSubmission(tx, school, { releaseId, buildId: signed.id, collector, replaces, notes })
    },
  )
  if (outcome.kind === 'released' && outcome.repeated) {
    await changeReason(school, outcome.releaseId, { collector, replaces })
    await retryDelivery(door, outcome.releaseId, at)
  }
  return outcome
}

async function fileOf(
  bytes: Uint8Array,
  build: StoredBuild,
  pupilIds: readonly string[],
  definition: TermDefinition,
): Promise<ReturnFile> {
  const read = await readReturnFile(bytes, definition)
  if (!read.ok || read.value.length !== pupilIds.length) {
    throw new GatehouseError('conflict', 'The file’s pupils are not those on record for it.', {
      todo: 'A pupil was taken out of the register meanwhile. Build the return again.',
    })
  }
  const pupils = new Map<string, ReadonlySet<ItemId>>()
  const said = new Map<string, ReadonlyMap<ItemId, string>>()
  const own = definition.tables.get('pupil')?.items
  for (const pupil of read.value) {
    const pupilId = pupilIds[pupil.ordinal - 1] ?? ''
    pupils.set(pupilId, itemsIn(pupil, definition))
    const values = new Map<ItemId, string>()
    for (const [name, value] of pupil.values) {
      const item = own?.get(name)?.item
      if (item) values.set(item, value)
    }
    said.set(pupilId, values)
  }
  return { bytes, mediaType: 'application/xml', fileName: build.fileName, pupils, said }
}
