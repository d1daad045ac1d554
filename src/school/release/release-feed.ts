import { hash } from 'node:crypto'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { noticeNamesVersion } from '../notice/index.ts'
import { count } from './count.ts'
import { decidePupils, feedCase, pseudonymsFor, type ReleasePolicy } from './decide-feed.ts'
import { bundlesOf, pupilsOfBundle } from './destination.ts'
import type { Door } from './door.ts'
import { encode, pupilsWithLines, type Encode } from './encode.ts'
import { noFault } from './fault-point.ts'
import type { IsInNotice } from './in-notice.ts'
import { heldOutcome, openDisagreements, openHoldTask } from './hold-file.ts'
import type { ReleaseOutcome, ReleaseRequest } from './outcome.ts'
import { permitRows } from './permit-rows.ts'
import { prepareFile } from './prepare-file.ts'
import { nothingToDecide } from './refuse.ts'
import { decidingInstant, releasedBefore } from './release.store.ts'
import { storeRelease } from './store-release.ts'
import { onlyOnce, openAgainTask } from './transfer-once.ts'

/** The parts of a release that a test replaces. */
export interface Parts {
  readonly policy: (tx: Tx) => Promise<ReleasePolicy>
  readonly decidePupils: typeof decidePupils
  readonly encode: Encode
  readonly isInNotice: IsInNotice
  /** The instant that a JSON file says it was decided at; that of the decision when absent. */
  readonly envelopeAt?: Date
}

export const usualParts: Parts = {
  policy: currentPolicy,
  decidePupils,
  encode,
  isInNotice: noticeNamesVersion,
}

/**
 * Releases what is permitted under an agreement, in one serializable transaction: take the facts, decide, build the rows from
 * the permits, write the file, check it, append to the ledger, keep the payload, queue the delivery. Either all of it stands
 * or nothing does. What may not leave, or not before a person has looked, is an outcome and no exception.
 * @throws GatehouseError `not-found` for an agreement that is not there, `not-allowed` for passing a hold without the role.
 */
export const releaseFeed = (door: Door, request: ReleaseRequest): Promise<ReleaseOutcome> =>
  releaseWith(usualParts, door, request)

export async function releaseWith(
  parts: Parts,
  door: Door,
  request: ReleaseRequest,
): Promise<ReleaseOutcome> {
  const keys = await bundleKeys(parts, door, request)
  const [first, ...others] = keys
  if (first === undefined) return releaseOne(parts, door, request, null)
  const one = (key: string): Promise<ReleaseOutcome> =>
    releaseOne(parts, door, { ...request, requestKey: `${request.requestKey}/${key}` }, key)
  const outcome = await one(first)
  const further: ReleaseOutcome[] = []
  for (const key of others) further.push(await one(key))
  return further.length === 0 ? outcome : { ...outcome, further }
}

/** Transfer files are one for each destination; everything else is one file and has no bundles. */
const bundleKeys = (parts: Parts, door: Door, request: ReleaseRequest): Promise<readonly string[]> =>
  door.school.read(async (tx) => {
    const policy = await parts.policy(tx)
    if (policy.agreements.get(request.agreementId)?.agreement.format.kind !== 'ctf') return []
    const feed = feedCase(policy, request.agreementId, await decidingInstant(tx, request.at))
    if (nothingToDecide(feed)) return []
    const everybody = await parts.decidePupils(tx, feed, policy)
    const all = permitRows(everybody, feed.carried, policy.items, await pseudonymsFor(door, feed))
    const { rows } = await onlyOnce(tx, feed, request, everybody, all)
    return bundlesOf(rows, feed.carried).map(({ key }) => key)
  })

async function releaseOne(
  parts: Parts,
  door: Door,
  request: ReleaseRequest,
  bundleKey: string | null,
): Promise<ReleaseOutcome> {
  const { school } = door
  const run = (tx: Tx): Promise<ReleaseOutcome> => releaseIn(tx, parts, door, request, bundleKey)
  if (request.dryRun) return school.read(run)
  try {
    const outcome = await school.write(run)
    await (door.fault ?? noFault)('release:committed')
    return outcome
  } catch (error) {
    // Two requests of one key at once: the store lets one through, the other finds it made.
    if (!(error instanceof GatehouseError) || error.code !== 'conflict') throw error
    const made = await school.read((tx) => releasedBefore(tx, request))
    if (!made) throw error
    return made
  }
}

async function releaseIn(
  tx: Tx,
  parts: Parts,
  door: Door,
  request: ReleaseRequest,
  bundleKey: string | null,
): Promise<ReleaseOutcome> {
  const { school } = door
  const fault = door.fault ?? noFault
  const dryRun = request.dryRun === true
  const made = dryRun ? null : await releasedBefore(tx, request)
  if (made) return made

  const at = await decidingInstant(tx, request.at)
  const policy = await parts.policy(tx)
  const feed = feedCase(policy, request.agreementId, at)
  const refused = nothingToDecide(feed)
  if (refused) return refused
  await fault('release:policy-read')

  const pseudonymise = await pseudonymsFor(door, feed)
  const decided = await parts.decidePupils(tx, feed, policy)
  await fault('release:decided')
  const permitted = permitRows(decided, feed.carried, policy.items, pseudonymise)
  const toSend = await onlyOnce(tx, feed, request, decided, permitted)
  const { everybody, rows: all } = toSend
  if (toSend.leftOut > 0 && all.length === 0) {
    return { kind: 'nothing-to-send', why: 'sent-before', ...count([], [], feed.carried) }
  }
  const bundle = bundleKey === null ? null : bundlesOf(all, feed.carried).find(({ key }) => key === bundleKey)
  if (bundle === undefined) {
    throw new GatehouseError('conflict', 'The pupils of this transfer file have changed meanwhile.', {
      todo: 'Ask for the release again.',
    })
  }
  const pupils = bundle
    ? pupilsOfBundle(everybody, bundle, all, feed.carried)
    : pupilsWithLines(feed.version.agreement, everybody, all, policy.items)
  const answered = new Set(pupils.map(({ row }) => row.pupilId))
  const prepared = await prepareFile(tx, {
    door,
    request,
    policy,
    feed,
    at,
    pupils,
    rows: all.filter(({ pupilId }) => answered.has(pupilId)),
    pseudonymise,
    bundle,
    encode: parts.encode,
    envelopeAt: parts.envelopeAt ?? at,
    isInNotice: parts.isInNotice,
  })
  if (!dryRun) await openDisagreements(tx, school, feed.version, pupils, feed.carried, at)
  switch (prepared.kind) {
    case 'nobody':
      return { kind: 'nothing-to-send', why: 'nobody', ...prepared.counts }
    case 'held':
      if (!dryRun) await openHoldTask(tx, school, feed.version, prepared.hold, bundleKey, at)
      return heldOutcome(prepared.hold, prepared.counts)
    case 'file': {
      if (!dryRun) {
        const released = await storeRelease(tx, door, request, feed, pupils, prepared, bundleKey, at)
        const again = pupils.map(({ row }) => row.pupilId).filter((id) => toSend.again.has(id))
        if (request.again && again.length > 0) {
          await openAgainTask(tx, school, feed.version, released.releaseId, request.again, again, at)
        }
        return released
      }
      const { table, bytes, leftOut } = prepared.encoded
      return {
        kind: 'dry-run',
        fileName: prepared.fileName,
        bytes: bytes.length,
        sha256: hash('sha256', bytes),
        ...(leftOut ? { leftOut } : {}),
        preview: {
          columns: table.header,
          rows: table.rows.slice(0, request.previewRows ?? 50),
          of: table.rows.length,
        },
        ...prepared.counts,
      }
    }
  }
}
