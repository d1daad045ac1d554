import { hash } from 'node:crypto'
import { appendEntry, storeOpenings, storePayloadOpening } from '../../core/ledger/index.ts'
import { encryptTo } from '../../core/standards/age/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { FeedCase } from './decide-feed.ts'
import { deliveryQueue, type Door } from './door.ts'
import { noFault } from './fault-point.ts'
import { closeHoldTasks } from './hold-file.ts'
import type { ReleaseRequest, Released } from './outcome.ts'
import type { DecidedPupil } from './permit-rows.ts'
import type { PreparedFile } from './prepare-file.ts'
import { recordDelivery, recordPayload, recordRelease } from './record.store.ts'
import { releaseEntry } from './release-entry.ts'
import { closeGate, keyInForce, noticeInForce } from './release.store.ts'

/**
 * Records a checked file as released, in the transaction that decided it: entry of the ledger and its openings, release,
 * payload, delivery, job. All of it stands or none.
 */
export async function storeRelease(
  tx: Tx,
  door: Door,
  request: ReleaseRequest,
  { version, carried }: FeedCase,
  pupils: readonly DecidedPupil[],
  file: PreparedFile,
  bundleKey: string | null,
  at: Date,
): Promise<Released> {
  const { school } = door
  const { agreement } = version
  const fault = door.fault ?? noFault
  const { releaseId, fileName, counts, rows } = file
  const { bytes, mediaType } = file.encoded
  await closeGate(tx, school.urn)
  await fault('release:gate-closed')

  const { entry, openings, payloadOpening } = releaseEntry({
    releaseId,
    at,
    version,
    counts,
    pupils,
    rows,
    carried,
    payload: bytes,
    noticeVersion: await noticeInForce(tx),
    releasedBy: school.actor.role,
  })
  const { index } = await appendEntry(tx, school.urn, entry, at, agreement.visibility)
  await fault('release:logged')
  await storeOpenings(tx, school.urn, index, openings)
  await storePayloadOpening(tx, school.urn, index, payloadOpening)
  await fault('release:openings-stored')

  const sha256 = hash('sha256', bytes)
  await recordRelease(tx, school, {
    ...counts,
    releaseId,
    version,
    requestKey: await keyInForce(tx, request.requestKey),
    at,
    ledgerIndex: index,
    fileName,
    sha256,
    bytes: bytes.length,
    ...(file.encoded.leftOut ? { leftOut: file.encoded.leftOut } : {}),
  })
  await fault('release:recorded')
  await recordPayload(tx, school, {
    releaseId,
    mediaType,
    body: file.encryptTo ? await encryptTo([file.encryptTo], bytes) : bytes,
    encryption: file.encryptTo ? 'age' : 'transport',
  })
  await fault('release:payload-stored')
  await recordDelivery(tx, school, releaseId, agreement.transport.kind, at)
  await fault('release:delivery-stored')
  await door.queue.send(tx, deliveryQueue, { urn: school.urn, releaseId }, releaseId)
  await closeHoldTasks(tx, school, agreement.id, bundleKey, at)
  await fault('release:queued')
  return {
    kind: 'released',
    releaseId,
    ledgerIndex: index,
    fileName,
    sha256,
    repeated: false,
    ...(file.encoded.leftOut ? { leftOut: file.encoded.leftOut } : {}),
    ...counts,
  }
}
