import { sql } from 'kysely'
import { appendEntry, type DeliveryEntry } from '../../core/ledger/index.ts'
import type { Queue, SchoolStore, Tx } from '../../core/store/index.ts'
import { deliveryQueue, noFault, type FaultPoint } from '../release/index.ts'
import { closeTask, openTask } from '../tasks/index.ts'
import type { Receipt } from './transport.ts'

export type DeliveryState = 'queued' | 'sending' | 'sent' | 'acknowledged' | 'dead' | 'cancelled'

export interface Settlement {
  readonly outcome: DeliveryEntry['outcome']
  readonly receipt?: Receipt
  readonly why?: string
  /** The claim that settles it; null when a person or the recipient does. */
  readonly claimId: string | null
  /** States from which it may be settled so; in any other, nothing happens. */
  readonly from: readonly DeliveryState[]
}

/**
 * Records how a delivery ended, in the ledger and in its row, in one transaction. With an acknowledged or cancelled one the
 * payload is shredded; a dead one keeps it, for a person decides whether it is tried again, and opens a task.
 * Returns false when somebody else settled it first.
 */
export function settle(
  school: SchoolStore,
  releaseId: string,
  settlement: Settlement,
  at: Date,
  fault: FaultPoint = noFault,
): Promise<boolean> {
  return school.write((tx) => settleIn(tx, school, releaseId, settlement, at, fault))
}

export async function settleIn(
  tx: Tx,
  school: SchoolStore,
  releaseId: string,
  { outcome, receipt, why, claimId, from }: Settlement,
  at: Date,
  fault: FaultPoint = noFault,
): Promise<boolean> {
  const row = await tx
    .selectFrom('delivery')
    .innerJoin('release', (join) =>
      join
        .onRef('release.school_urn', '=', 'delivery.school_urn')
        .onRef('release.id', '=', 'delivery.release_id'),
    )
    .select([
      'delivery.state',
      'delivery.transport',
      'delivery.attempts',
      'delivery.claimed_by',
      'release.ledger_index',
      'release.agreement_id',
      'release.recipient_id',
    ])
    .where('delivery.release_id', '=', releaseId)
    .executeTakeFirst()
  if (!row || !from.includes(row.state as DeliveryState)) return false
  if (claimId !== null && row.claimed_by !== claimId) return false
  const entry: DeliveryEntry = {
    type: 'delivery/v1',
    release: row.ledger_index,
    at: at.toISOString(),
    outcome,
    transport: row.transport,
    attempts: row.attempts,
  }
  const { index } = await appendEntry(tx, school.urn, entry, at)
  await fault('settle:logged')
  await tx
    .updateTable('delivery')
    .set({
      state: outcome,
      claimed_by: null,
      claimed_until: null,
      ledger_index: index,
      ...(why === undefined ? {} : { last_error: why }),
      ...(receipt === undefined ? {} : { receipt: JSON.stringify(receipt) }),
      ...(outcome === 'sent' ? { sent_at: at } : {}),
      ...(outcome === 'acknowledged' ? { acknowledged_at: at, sent_at: sql`coalesce(sent_at, ${at})` } : {}),
      ...(outcome === 'acknowledged' || outcome === 'cancelled' ? { download_token_hash: null } : {}),
    })
    .where('release_id', '=', releaseId)
    .execute()
  await fault('settle:recorded')
  if (outcome === 'dead') {
    await openDeadTask(
      tx,
      school,
      { releaseId, agreementId: row.agreement_id, recipientId: row.recipient_id, why },
      at,
    )
  } else if (outcome !== 'sent') {
    await tx.deleteFrom('payload').where('release_id', '=', releaseId).execute()
    await closeTask(tx, school, keyOf(releaseId), outcome, at)
  }
  await fault('settle:shredded')
  return true
}

const keyOf = (releaseId: string): string => `delivery-dead:${releaseId}`

const openDeadTask = (
  tx: Tx,
  school: SchoolStore,
  detail: {
    readonly releaseId: string
    readonly agreementId: string
    readonly recipientId: string
    readonly why: string | undefined
  },
  at: Date,
): Promise<void> => {
  const title = 'A file could not be delivered'
  const key = keyOf(detail.releaseId)
  return openTask(tx, school, { kind: 'delivery-dead', forRole: 'office', title, detail, key }, at)
}

const enqueue = (tx: Tx, school: SchoolStore, queue: Queue, releaseId: string): Promise<void> =>
  queue.send(tx, deliveryQueue, { urn: school.urn, releaseId }, releaseId)

/**
 * Queues a dead delivery again, once a person has put right what stopped it. It begins anew: how far an earlier try got counts
 * no more. False when it is not dead.
 */
export function requeueDead(
  school: SchoolStore,
  queue: Queue,
  releaseId: string,
  at: Date,
): Promise<boolean> {
  return school.write(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('delivery')
      .set({ state: 'queued', stage: null, last_error: '' })
      .where('release_id', '=', releaseId)
      .where('state', '=', 'dead')
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    await closeTask(tx, school, keyOf(releaseId), 'tried again', at)
    await enqueue(tx, school, queue, releaseId)
    return true
  })
}

/**
 * Queues again what was under way when the last worker ended: its job may be held as running for a while, and a second job
 * for a release does no harm. Returns how many.
 */
export function requeueUnfinished(school: SchoolStore, queue: Queue): Promise<number> {
  return school.write(async (tx) => {
    const rows = await tx
      .selectFrom('delivery')
      .select('release_id')
      .where('state', 'in', ['queued', 'sending'])
      .execute()
    for (const { release_id } of rows) await enqueue(tx, school, queue, release_id)
    return rows.length
  })
}

/** The state of a delivery, and whether somebody has it in hand at this moment. */
export async function stateOf(
  school: SchoolStore,
  releaseId: string,
): Promise<{
  readonly state: DeliveryState
  readonly claimedBy: string | null
  readonly ranOut: boolean
} | null> {
  const row = await school.read((tx) =>
    tx
      .selectFrom('delivery')
      .select(['state', 'claimed_by'])
      .select(sql<boolean>`claimed_until is null or claimed_until <= clock_timestamp()`.as('ran_out'))
      .where('release_id', '=', releaseId)
      .executeTakeFirst(),
  )
  return row ? { state: row.state as DeliveryState, claimedBy: row.claimed_by, ranOut: row.ran_out } : null
}

/** A job whose tries are used up while another worker is at it: a new job looks again later. */
export const requeue = (school: SchoolStore, queue: Queue, releaseId: string): Promise<void> =>
  school.write((tx) => enqueue(tx, school, queue, releaseId))
