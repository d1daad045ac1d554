import { randomUUID } from 'node:crypto'
import { parseAgeRecipient, type AgeRecipient } from '../../core/standards/age/index.ts'
import type { CtfHeader } from '../../core/standards/ctf/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type Agreement } from '../../core/vocabulary/index.ts'
import { checkTemplate } from '../agreements/index.ts'
import { count } from './count.ts'
import type { FeedCase, ReleasePolicy } from './decide-feed.ts'
import type { Bundle } from './destination.ts'
import type { Door } from './door.ts'
import { checkEgress } from './egress.ts'
import { ctfHeader } from './encode-ctf.ts'
import type { Encode } from './encode.ts'
import type { Encoded } from './encoded.ts'
import { noFault } from './fault-point.ts'
import { fileNameOf, transferFileName } from './file-name.ts'
import { isShortRead, missingPupils, usualLimits, type Hold } from './hold.ts'
import type { Counts, ReleaseRequest } from './outcome.ts'
import { unlessInNotice, type IsInNotice } from './in-notice.ts'
import type { DecidedPupil, PermittedRow, Pseudonymise } from './permit-rows.ts'
import { redecide } from './redecide.ts'
import { checkedTemplate, lastPopulation, nextSerial, takeSource } from './release.store.ts'

/** A file that was checked against the decision and may leave. */
export interface PreparedFile {
  readonly kind: 'file'
  readonly releaseId: string
  readonly fileName: string
  readonly encoded: Encoded
  readonly rows: readonly PermittedRow[]
  readonly counts: Counts
  /** Null: the transport's own contract forbids encryption. */
  readonly encryptTo: AgeRecipient | null
}

export type Prepared =
  | PreparedFile
  | { readonly kind: 'nobody'; readonly counts: Counts }
  | { readonly kind: 'held'; readonly hold: Hold; readonly counts: Counts }

export interface Preparation {
  readonly door: Door
  readonly request: ReleaseRequest
  readonly policy: ReleasePolicy
  readonly feed: FeedCase
  readonly at: Date
  /** The pupils that this file answers for, and the rows of those of whom something leaves. */
  readonly pupils: readonly DecidedPupil[]
  readonly rows: readonly PermittedRow[]
  readonly pseudonymise: Pseudonymise
  readonly bundle: Bundle | null
  readonly encode: Encode
  readonly envelopeAt: Date
  readonly isInNotice: IsInNotice
}

/** Looks whether a person should see the file first, writes it, and checks what was written. Stores nothing. */
export async function prepareFile(tx: Tx, preparation: Preparation): Promise<Prepared> {
  const { door, policy, feed, at, pupils, rows, pseudonymise, bundle } = preparation
  const { version, carried } = feed
  const { agreement } = version
  const fault = door.fault ?? noFault
  const counts = count(pupils, rows, carried)
  const held = (hold: Hold): Prepared => ({ kind: 'held', hold, counts })

  const early = await reasonToHold(tx, preparation, counts)
  if (early) return held(early)
  if (rows.length === 0) return { kind: 'nobody', counts }
  const unnamed = await unlessInNotice(tx, preparation)
  if (unnamed) return held(unnamed)
  if (!(await templateFits(tx, agreement))) return held({ reason: 'template', pupilIds: [] })
  // A copy sheet is read on the school's own screen: there is nobody to encrypt it to.
  const encrypts = agreement.transport.encrypt && agreement.transport.kind !== 'copy-sheet'
  const key = encrypts ? parseAgeRecipient(feed.standing.ageRecipient ?? '') : null
  if (key && !key.ok) return held({ reason: 'recipient-key', pupilIds: [] })

  const header = bundle ? ctfHeader(agreement, await takeSource(tx), bundle.destination, at) : null
  const envelope = {
    agreement: agreement.id,
    version: version.version,
    decidedAt: preparation.envelopeAt.toISOString(),
  }
  const encoded = preparation.encode({
    agreement,
    rows,
    carried,
    items: policy.items,
    envelope,
    ctfHeader: header,
  })
  if (!encoded.ok) {
    const pupilIds = new Set(encoded.error.flatMap(({ pupilId }) => pupilId ?? []))
    return held({ reason: 'unwritable', pupilIds: [...pupilIds], unwritable: encoded.error })
  }
  await fault('release:encoded')
  const faults = await checkEgress(encoded.value.bytes, {
    agreement,
    items: policy.items,
    pupils,
    carried,
    pseudonymise,
    redecided: await redecide(tx, feed, pupils, policy.items, at),
    envelope,
    ctfHeader: header,
  })
  if (faults.length > 0) return held({ reason: 'egress-check', pupilIds: [], faults })
  await fault('release:checked')

  const releaseId = randomUUID()
  return {
    kind: 'file',
    releaseId,
    fileName: header
      ? await transferName(tx, header)
      : fileNameOf(agreement.id, at, releaseId, encoded.value.extension),
    encoded: encoded.value,
    rows,
    counts,
    encryptTo: key?.ok ? key.value : null,
  }
}

/** What stops a file before it is written: pupils who would look like leavers, or far fewer of them than before. */
async function reasonToHold(
  tx: Tx,
  { door, request, policy, feed, pupils, bundle }: Preparation,
  counts: Counts,
): Promise<Hold | null> {
  const { agreement } = feed.version
  const missing = missingPupils(agreement, pupils, feed.carried, policy.items)
  if (missing.length > 0 && !passes(door, request, 'missing-pupils')) {
    return { reason: 'missing-pupils', pupilIds: missing }
  }
  if (bundle?.mayNotSay) return { reason: 'destination-withheld', pupilIds: [...bundle.pupilIds] }
  if (bundle !== null || agreement.format.kind === 'ctf') return null // whoever left since the last transfer file is a number of its own
  const before = await lastPopulation(tx, agreement.id)
  const now = counts.permittedPupils + counts.withheldPupils
  const short = isShortRead(agreement, before, now, door.limits ?? usualLimits)
  return short && !passes(door, request, 'short-read') ? { reason: 'short-read', pupilIds: [] } : null
}

/** A hold is let pass by the data protection officer or the head, for one request. */
function passes(door: Door, { despite }: ReleaseRequest, reason: 'missing-pupils' | 'short-read'): boolean {
  if (!despite?.includes(reason)) return false
  if (door.school.actor.role === 'dpo' || door.school.actor.role === 'head') return true
  throw new GatehouseError(
    'not-allowed',
    'Only the data protection officer or the head lets a held file pass.',
  )
}

/** Where a supplier publishes no specification, its own blank template must have been seen and must fit. */
async function templateFits(tx: Tx, agreement: Agreement): Promise<boolean> {
  if (agreement.format.kind !== 'csv' || !agreement.format.templateRequired) return true
  const template = await checkedTemplate(tx, agreement.recipient)
  return template !== null && checkTemplate(agreement, template).ok
}

const transferName = async (tx: Tx, header: CtfHeader): Promise<string> =>
  transferFileName(header, await nextSerial(tx, transferFileName(header, 0).replace(/000\.xml$/, '')))
