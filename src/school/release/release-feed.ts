import { hash, randomUUID } from 'node:crypto'
import { appendEntry, storeOpenings, storePayloadOpening } from '../../core/ledger/index.ts'
import { encryptTo, parseAgeRecipient } from '../../core/standards/age/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { count } from './count.ts'
import {
  decidePupils,
  feedCase,
  refusedForAnybody,
  type FeedCase,
  type ReleasePolicy,
} from './decide-feed.ts'
import { bundlesOf, type Bundle } from './destination.ts'
import { deliveryQueue, type Door } from './door.ts'
import { checkEgress } from './egress.ts'
import { rowsWithLines, type Encode } from './encode.ts'
import { ctfHeader } from './encode-ctf.ts'
import { noFault } from './fault-point.ts'
import { fileNameOf, transferFileName } from './file-name.ts'
import { closeHoldTasks, heldOutcome, openDisagreements, openHoldTask, type Hold } from './hold-file.ts'
import { isShortRead, missingPupils, usualLimits } from './hold.ts'
import type { ReleaseOutcome, ReleaseRequest, Released } from './outcome.ts'
import { permitRows, type DecidedPupil, type PermittedRow, type Pseudonymise } from './permit-rows.ts'
import { pseudonymOf } from './pseudonym.ts'
import { recordDelivery, recordPayload, recordRelease } from './record.store.ts'
import { releaseEntry } from './release-entry.ts'
import * as store from './release.store.ts'

/** The parts of a release that a test replaces. */
export interface Parts {
  readonly policy: (tx: Tx) => Promise<ReleasePolicy>
  readonly encode: Encode
}

/**
 * Makes one release in one serializable transaction: take the facts, decide, build the rows from the permits, write the file,
 * check it, append to the ledger, keep the payload, queue the delivery. Either all of it stands or nothing does. What may
 * not leave, or should not before a person has looked, is an outcome and no exception.
 */
export async function releaseWith(
  parts: Parts,
  door: Door,
  request: ReleaseRequest,
): Promise<ReleaseOutcome> {
  const bundles = await plannedBundles(parts, door, request)
  if (bundles === null) return releaseOne(parts, door, request, null)
  const outcomes: ReleaseOutcome[] = []
  for (const bundle of bundles) {
    const requestKey = `${request.requestKey}/${bundle.key}`
    outcomes.push(await releaseOne(parts, door, { ...request, requestKey }, bundle.key))
  }
  const [first, ...further] = outcomes
  if (!first) return releaseOne(parts, door, request, null)
  return first.kind === 'released' && further.length > 0 ? { ...first, further } : first
}

/** Transfer files are one for each destination; everything else is one file. */
async function plannedBundles(
  parts: Parts,
  door: Door,
  request: ReleaseRequest,
): Promise<readonly Bundle[] | null> {
  return door.school.read(async (tx) => {
    const policy = await parts.policy(tx)
    if (policy.agreements.get(request.agreementId)?.agreement.format.kind !== 'ctf') return null
    const feed = feedCase(policy, request.agreementId, await store.decidingInstant(tx, request.at))
    const pseudonymise = await pseudonyms(door, feed)
    const pupils = await decidePupils(tx, feed, policy)
    return bundlesOf(permitRows(pupils, feed.carried, policy.items, pseudonymise))
  })
}

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
    return await school.write(run)
  } catch (error) {
    // Two requests of one key at once: the store lets one through, the other finds it made.
    if (!(error instanceof GatehouseError) || error.code !== 'conflict') throw error
    const made = await school.read((tx) => alreadyMade(tx, request))
    if (!made) throw error
    return made
  }
}

async function alreadyMade(tx: Tx, request: ReleaseRequest): Promise<Released | null> {
  const row = await store.takeReleaseByKey(tx, request.requestKey)
  if (!row) return null
  if (row.agreement_id !== request.agreementId) {
    throw new GatehouseError('conflict', 'This request key was used for another agreement.', {
      where: row.agreement_id,
    })
  }
  return {
    kind: 'released',
    releaseId: row.id,
    ledgerIndex: row.ledger_index,
    permittedPupils: row.permitted_pupils,
    withheldPupils: row.withheld_pupils,
    withheldReasons: row.withheld_reasons as Released['withheldReasons'],
    items: row.items,
    fileName: row.file_name,
    sha256: row.payload_sha256,
    repeated: true,
  }
}

async function pseudonyms(door: Door, { version }: FeedCase): Promise<Pseudonymise> {
  const { items, recipient } = version.agreement
  if (!items.some(({ as, ifObjected }) => as === 'pseudonym' || ifObjected === 'pseudonym')) {
    return () => {
      throw new Error('a pseudonym that the agreement does not list')
    }
  }
  const key = await door.secrets.pseudonymKey(recipient)
  return (id) => pseudonymOf(key, id)
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
  const made = dryRun ? null : await alreadyMade(tx, request)
  if (made) return made

  const at = await store.decidingInstant(tx, request.at)
  const policy = await parts.policy(tx)
  const feed = feedCase(policy, request.agreementId, at)
  const { version, carried } = feed
  const { agreement } = version
  const noCounts = { permittedPupils: 0, withheldPupils: 0, withheldReasons: {}, items: [] }
  if (agreement.kind === 'procedure') return { kind: 'nothing-to-send', why: 'procedure', ...noCounts }
  const transport = agreement.transport.kind
  if (transport === 'none' || agreement.format.kind === 'none') {
    const refused = agreement.enabled
      ? null
      : [...new Map([...feed.compiled.gate.values()].flat().map((r) => [r.code, r])).values()]
    return refused
      ? { kind: 'refused', reasons: refused }
      : { kind: 'nothing-to-send', why: 'no-file', ...noCounts }
  }
  const refused = refusedForAnybody(feed)
  if (refused) return { kind: 'refused', reasons: refused }
  await fault('release:policy-read')

  const pseudonymise = await pseudonyms(door, feed)
  const everybody = await decidePupils(tx, feed, policy)
  await fault('release:decided')
  const bundle =
    bundleKey === null
      ? null
      : bundleNamed(bundleKey, permitRows(everybody, carried, policy.items, pseudonymise))
  const pupils = withLines(feed, policy, inBundle(everybody, bundle), pseudonymise)
  const rows = permitRows(pupils, carried, policy.items, pseudonymise)
  const counts = count(pupils, rows, carried)

  const hold = (held: Hold): Promise<ReleaseOutcome> =>
    dryRun
      ? Promise.resolve(heldOutcome(held, counts))
      : openHoldTask(tx, school, version, held, at).then(() => heldOutcome(held, counts))
  if (!dryRun) await openDisagreements(tx, school, version, pupils, carried, at)

  const missing = missingPupils(agreement, pupils, carried, policy.items)
  if (missing.length > 0 && !passes(door, request, 'missing-pupils')) {
    return hold({ reason: 'missing-pupils', pupilIds: missing })
  }
  const before = await store.lastPopulation(tx, agreement.id)
  const now = counts.permittedPupils + counts.withheldPupils
  if (
    bundle === null &&
    isShortRead(agreement, before, now, door.limits ?? usualLimits) &&
    !passes(door, request, 'short-read')
  ) {
    return hold({ reason: 'short-read', pupilIds: [] })
  }
  if (rows.length === 0) return { kind: 'nothing-to-send', why: 'nobody', ...counts }
  if (agreement.format.kind === 'csv' && agreement.format.templateRequired) {
    const template = await store.checkedTemplate(tx, agreement.recipient)
    const headers = agreement.format.columns.map(({ header }) => header)
    if (
      !template ||
      template.length !== headers.length ||
      headers.some((header) => !template.includes(header))
    ) {
      return hold({ reason: 'template', pupilIds: [] })
    }
  }
  const recipientKey = agreement.transport.encrypt
    ? parseAgeRecipient(feed.standing.ageRecipient ?? '')
    : null
  if (recipientKey && !recipientKey.ok) return hold({ reason: 'recipient-key', pupilIds: [] })

  const header = bundle ? ctfHeader(agreement, await store.takeSource(tx), bundle.destination, at) : null
  const envelope = { agreement: agreement.id, version: version.version, decidedAt: at.toISOString() }
  const encoded = parts.encode({ agreement, rows, carried, items: policy.items, envelope, ctfHeader: header })
  if (!encoded.ok) {
    const { pupilId, item, why } = encoded.error
    return hold({ reason: 'unwritable', pupilIds: pupilId === null ? [] : [pupilId], item, why })
  }
  const { bytes, table, mediaType, extension } = encoded.value
  await fault('release:encoded')
  const faults = await checkEgress(bytes, {
    agreement,
    items: policy.items,
    pupils,
    carried,
    pseudonymise,
    envelope,
    ctfHeader: header,
  })
  if (faults.length > 0) return hold({ reason: 'egress-check', pupilIds: [], faults })
  await fault('release:checked')

  const releaseId = randomUUID()
  const fileName = header
    ? transferFileName(header, await store.nextSerial(tx, transferFileName(header, 0).slice(0, -7)))
    : fileNameOf(agreement.id, at, releaseId, extension)
  if (dryRun) {
    const preview = {
      columns: table.header,
      rows: table.rows.slice(0, request.previewRows ?? 50),
      of: table.rows.length,
    }
    return { kind: 'dry-run', fileName, bytes: bytes.length, preview, ...counts }
  }
  await store.closeGate(tx, school.urn)
  await fault('release:gate-closed')

  const sha256 = hash('sha256', bytes)
  const { entry, openings, payloadOpening } = releaseEntry({
    releaseId,
    at,
    version,
    counts,
    pupils,
    rows,
    carried,
    payload: bytes,
    noticeVersion: await store.noticeInForce(tx),
    releasedBy: school.actor.role,
  })
  const { index } = await appendEntry(tx, school.urn, entry, at, agreement.visibility)
  await fault('release:logged')
  await storeOpenings(tx, school.urn, index, openings)
  await storePayloadOpening(tx, school.urn, index, payloadOpening)
  await fault('release:openings-stored')
  await recordRelease(tx, school, {
    ...counts,
    releaseId,
    version,
    requestKey: request.requestKey,
    at,
    ledgerIndex: index,
    fileName,
    sha256,
    bytes: bytes.length,
  })
  await fault('release:recorded')
  const body = recipientKey?.ok ? await encryptTo([recipientKey.value], bytes) : bytes
  await recordPayload(tx, school, {
    releaseId,
    mediaType,
    body,
    encryption: recipientKey ? 'age' : 'transport',
  })
  await fault('release:payload-stored')
  await recordDelivery(tx, school, releaseId, transport, at)
  await fault('release:delivery-stored')
  await door.queue.send(tx, deliveryQueue, { urn: school.urn, releaseId }, releaseId)
  await closeHoldTasks(tx, school, agreement.id, at)
  await fault('release:queued')
  return { kind: 'released', releaseId, ledgerIndex: index, fileName, sha256, repeated: false, ...counts }
}

/** A hold is let pass by the data protection officer or the head, by name, for this request. */
function passes(door: Door, { despite }: ReleaseRequest, reason: 'missing-pupils' | 'short-read'): boolean {
  if (!despite?.includes(reason)) return false
  if (door.school.actor.role === 'dpo' || door.school.actor.role === 'head') return true
  throw new GatehouseError(
    'not-allowed',
    'Only the data protection officer or the head lets a held file pass.',
  )
}

const bundleNamed = (key: string, rows: readonly PermittedRow[]): Bundle => {
  const bundle = bundlesOf(rows).find((each) => each.key === key)
  if (!bundle)
    throw new GatehouseError('conflict', 'The pupils of this transfer file have changed.', {
      todo: 'Ask for the release again.',
    })
  return bundle
}

const inBundle = (pupils: readonly DecidedPupil[], bundle: Bundle | null): readonly DecidedPupil[] =>
  bundle === null ? pupils : pupils.filter(({ row }) => bundle.pupilIds.has(row.pupilId))

/** Leaves out pupils who would have no line in the file: nothing leaves of them. */
function withLines(
  { version, carried }: FeedCase,
  policy: ReleasePolicy,
  pupils: readonly DecidedPupil[],
  pseudonymise: Pseudonymise,
): readonly DecidedPupil[] {
  const rows = permitRows(pupils, carried, policy.items, pseudonymise)
  const lined = new Set(rowsWithLines(version.agreement, rows, policy.items).map(({ pupilId }) => pupilId))
  const lineless = new Set(rows.filter(({ pupilId }) => !lined.has(pupilId)).map(({ pupilId }) => pupilId))
  return lineless.size === 0 ? pupils : pupils.filter(({ row }) => !lineless.has(row.pupilId))
}
