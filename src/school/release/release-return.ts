import { randomUUID } from 'node:crypto'
import { parseAgeRecipient } from '../../core/standards/age/index.ts'
import type { Tx } from '../../core/store/index.ts'
import {
  GatehouseError,
  type AgreementId,
  type ItemId,
  type Reason,
  type Subject,
  type Value,
} from '../../core/vocabulary/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { noticeNamesVersion } from '../notice/index.ts'
import { carriedItems } from './carried.ts'
import { count } from './count.ts'
import { decidePupils, feedCase, type FeedCase, type ReleasePolicy } from './decide-feed.ts'
import type { Door } from './door.ts'
import { noFault } from './fault-point.ts'
import { heldOutcome, openHoldTask } from './hold-file.ts'
import type { Hold } from './hold.ts'
import { unlessInNotice } from './in-notice.ts'
import type { Released, ReleaseOutcome, ReleaseRequest } from './outcome.ts'
import { narrowRows, permitRows, type DecidedPupil, type PermittedRow } from './permit-rows.ts'
import { takeRecords } from './pupil-records.store.ts'
import { refusedOutright } from './refuse.ts'
import { decidingInstant, releasedBefore } from './release.store.ts'
import { storeRelease } from './store-release.ts'

/** What a return may hold of each pupil, decided at one instant. */
export type DecidedReturn =
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'decided'
      /** The agreement's population and everybody else, as decided. */
      readonly pupils: readonly DecidedPupil[]
      readonly rows: readonly PermittedRow[]
      readonly listed: ReadonlySet<ItemId>
    }

/**
 * Decides what a return under an agreement may hold, for building it. Nothing leaves by this and nothing is recorded: the
 * return is decided again, item by item, when it is submitted.
 * @throws GatehouseError `not-found` for an agreement that is not there.
 */
export async function decideReturn(tx: Tx, agreementId: AgreementId, at: Date): Promise<DecidedReturn> {
  const { feed, policy } = await returnCase(tx, agreementId, await decidingInstant(tx, at))
  const refused = refusedOutright(feed)
  if (refused) return { kind: 'refused', reasons: refused.kind === 'refused' ? refused.reasons : [] }
  const pupils = await decidePupils(tx, feed, policy)
  const rows = permitRows(pupils, feed.carried, policy.items, noCodes)
  return { kind: 'decided', pupils, rows, listed: feed.carried }
}

/** A return as it was built: its bytes, and the items that stand in it of each pupil, read from those bytes. */
export interface ReturnFile {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly fileName: string
  readonly pupils: ReadonlyMap<string, ReadonlySet<ItemId>>
  /** What those bytes say of each pupil itself. */
  readonly said: ReadonlyMap<string, ReadonlyMap<ItemId, string>>
}

/** A value as a return's message holds it: on one line. */
export const asWritten = (value: Value): string => String(value ?? '').replace(/[\t\n\r]/g, ' ')

/**
 * Releases a return as it was built, in one serializable transaction: decide again whether each item that stands in it may
 * leave of that pupil now, by the set-wise statements and by the pure function; append to the ledger; keep the payload; queue
 * the delivery; `record` what belongs to the submission. A return that holds what may not leave any more, or a name or number
 * that is no longer the pupil's (it may be a former identity), is held and has to be built again: nothing is taken out of a
 * file that somebody signed off.
 * @throws GatehouseError `not-found` for an agreement that is not there.
 */
export async function releaseReturn(
  door: Door,
  request: Pick<ReleaseRequest, 'agreementId' | 'requestKey' | 'at'>,
  file: ReturnFile,
  record: (tx: Tx, released: Released) => Promise<void>,
): Promise<ReleaseOutcome> {
  try {
    const outcome = await door.school.write((tx) => releaseReturnIn(tx, door, request, file, record))
    await (door.fault ?? noFault)('release:committed')
    return outcome
  } catch (error) {
    // Two requests of one key at once: the store lets one through, the other finds it made.
    if (!(error instanceof GatehouseError) || error.code !== 'conflict') throw error
    const made = await door.school.read((tx) => releasedBefore(tx, request))
    if (!made) throw error
    return made
  }
}

async function releaseReturnIn(
  tx: Tx,
  door: Door,
  request: Pick<ReleaseRequest, 'agreementId' | 'requestKey' | 'at'>,
  file: ReturnFile,
  record: (tx: Tx, released: Released) => Promise<void>,
): Promise<ReleaseOutcome> {
  const made = await releasedBefore(tx, request)
  if (made) return made
  const at = await decidingInstant(tx, request.at)
  const { feed, policy } = await returnCase(tx, request.agreementId, at)
  const refused = refusedOutright(feed)
  if (refused) return refused
  const carried = new Set([...file.pupils.values()].flatMap((items) => [...items]))
  const sent: FeedCase = { ...feed, carried }
  const pupils = (await decidePupils(tx, sent, policy)).filter(({ row }) => file.pupils.has(row.pupilId))
  const rows = narrowRows(permitRows(pupils, carried, policy.items, noCodes), file.pupils, (item) =>
    subjectOf(policy, item),
  )
  const counts = count(pupils, rows, carried)
  const held = async (hold: Hold): Promise<ReleaseOutcome> => {
    await openHoldTask(tx, door.school, feed.version, hold, null, at)
    return heldOutcome(hold, counts)
  }

  const again = new Map(
    (await takeRecords(tx, feed.compiled.asked, [...file.pupils.keys()], at)).map((one) => [
      one.pupilId,
      feed.compiled.redecide(one),
    ]),
  )
  const rowOf = new Map(rows.map((row) => [row.pupilId, row]))
  const valuesOf = new Map(pupils.map(({ row }) => [row.pupilId, row.values]))
  const forbidden = [...file.pupils].flatMap(([pupilId, items]) => {
    const permits = rowOf.get(pupilId)?.permits ?? []
    const byFunction = again.get(pupilId)
    const may = (item: ItemId): boolean =>
      permits.some((each) => each.item === item && each.as === 'as-is') &&
      byFunction?.inPopulation === true &&
      byFunction.verdict.permitted.some((each) => each.item === item && each.as === 'as-is')
    const isStill = (item: ItemId): boolean => {
      const said = file.said.get(pupilId)?.get(item)
      return said === undefined || said === asWritten(valuesOf.get(pupilId)?.get(item) ?? null)
    }
    return [...items]
      .filter((item) => !may(item) || (isIdentity(policy, item) && !isStill(item)))
      .map((item) => ({ pupilId, item }))
  })
  if (forbidden.length > 0) {
    return held({
      reason: 'no-longer-permitted',
      pupilIds: [...new Set(forbidden.map(({ pupilId }) => pupilId))],
    })
  }
  const unnamed = await unlessInNotice(tx, { isInNotice: noticeNamesVersion, feed, at })
  if (unnamed) return held(unnamed)
  const key = parseAgeRecipient(feed.standing.ageRecipient ?? '')
  if (!key.ok) return held({ reason: 'recipient-key', pupilIds: [] })

  const released = await storeRelease(
    tx,
    door,
    request,
    sent,
    pupils,
    {
      kind: 'file',
      releaseId: randomUUID(),
      fileName: file.fileName,
      encoded: {
        bytes: file.bytes,
        mediaType: file.mediaType,
        extension: 'xml',
        table: { header: [], rows: [] },
      },
      rows,
      counts,
      encryptTo: key.value,
    },
    null,
    at,
  )
  await record(tx, released)
  return released
}

async function returnCase(
  tx: Tx,
  agreementId: AgreementId,
  at: Date,
): Promise<{ readonly feed: FeedCase; readonly policy: ReleasePolicy }> {
  const policy = await currentPolicy(tx)
  const feed = feedCase(policy, agreementId, at)
  const { agreement } = feed.version
  if (agreement.format.kind !== 'return')
    throw new GatehouseError('bad-policy', 'The agreement is not about a return.', { where: agreementId })
  if (agreement.items.some(({ as, ifObjected }) => as !== 'as-is' || ifObjected !== undefined))
    throw new GatehouseError('bad-policy', 'A return takes every item as it is.', { where: agreementId })
  return { feed: { ...feed, carried: carriedItems(agreement) }, policy }
}

const subjectOf = (policy: ReleasePolicy, item: ItemId): Subject =>
  policy.items.get(item)?.subject ?? 'school'

const identifies: readonly string[] = ['name', 'blind-number', 'former-identity']

const isIdentity = (policy: ReleasePolicy, item: ItemId): boolean =>
  policy.items.get(item)?.handling.some((rule) => identifies.includes(rule)) === true

const noCodes = (): never => {
  throw new Error('a return has no codes that stand for pupils')
}
