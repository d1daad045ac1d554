import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { appendEntry } from '../../core/ledger/index.ts'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { DeliveryEntry } from '../../core/ledger/index.ts'
import { takePayload, type ReleasedPayload } from '../release/index.ts'
import type { Endpoint, Receipt, TransportKind } from './transport.ts'

/** A sending that this process alone may make until its claim runs out. */
export interface Claim {
  readonly id: string
  readonly transport: TransportKind
  readonly attempts: number
  readonly stage: string | null
  readonly payload: ReleasedPayload
  readonly endpoint: Endpoint
}

export type DeliveryState = 'queued' | 'sending' | 'sent' | 'acknowledged' | 'dead' | 'cancelled'

/** How long a worker holds a sending; longer than any try may take. */
const claimMinutes = 10

/**
 * Claims a queued release for sending, or says where it stands instead. A claim whose worker died runs out and is taken
 * over, with the stage that worker had reached.
 */
export function claim(
  school: SchoolStore,
  releaseId: string,
  at: Date,
): Promise<Claim | { readonly state: DeliveryState | 'unknown' }> {
  const id = randomUUID()
  return school.write(async (tx) => {
    const row = await tx
      .selectFrom('delivery')
      .selectAll()
      .where('release_id', '=', releaseId)
      .forUpdate()
      .executeTakeFirst()
    if (!row) return { state: 'unknown' }
    const free = row.state === 'queued' || (row.state === 'sending' && (row.claimed_until ?? at) <= at)
    if (!free) return { state: row.state as DeliveryState }
    const payload = await takePayload(tx, school, releaseId)
    if (!payload) return { state: row.state as DeliveryState }
    const attempts = row.attempts + 1
    const claimed_until = new Date(at.getTime() + claimMinutes * 60_000)
    await tx
      .updateTable('delivery')
      .set({ state: 'sending', attempts, claimed_by: id, claimed_until })
      .where('release_id', '=', releaseId)
      .execute()
    const endpoint = await endpointOf(tx, payload.recipientId)
    return { id, transport: row.transport as TransportKind, attempts, stage: row.stage, payload, endpoint }
  })
}

async function endpointOf(tx: Tx, recipientId: string): Promise<Endpoint> {
  const row = await tx
    .selectFrom('recipient_standing')
    .select(['endpoint', 'secret_reference'])
    .where('recipient_id', '=', recipientId)
    .executeTakeFirst()
  return { settings: row?.endpoint ?? {}, secretReference: row?.secret_reference ?? null }
}

/** Stores how far a sending got; returns once that would survive a crash. */
export const markStage = (school: SchoolStore, { id, payload }: Claim, stage: string): Promise<unknown> =>
  school.write((tx) =>
    tx
      .updateTable('delivery')
      .set({ stage })
      .where('release_id', '=', payload.releaseId)
      .where('claimed_by', '=', id)
      .execute(),
  )

/** A try that failed and may be made again: the release waits for the queue's next call. */
export const putBack = (school: SchoolStore, { id, payload }: Claim, why: string): Promise<unknown> =>
  school.write((tx) =>
    tx
      .updateTable('delivery')
      .set({ state: 'queued', claimed_by: null, claimed_until: null, last_error: why })
      .where('release_id', '=', payload.releaseId)
      .where('claimed_by', '=', id)
      .execute(),
  )

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
 * Records how a delivery ended, in the ledger and in its row, in one transaction; an acknowledged, dead or cancelled payload
 * is shredded with it, and a dead one opens a task. Returns false when somebody else settled it first.
 */
export function settle(
  school: SchoolStore,
  releaseId: string,
  settlement: Settlement,
  at: Date,
): Promise<boolean> {
  return school.write((tx) => settleIn(tx, school, releaseId, settlement, at))
}

export async function settleIn(
  tx: Tx,
  school: SchoolStore,
  releaseId: string,
  { outcome, receipt, why, claimId, from }: Settlement,
  at: Date,
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
    })
    .where('release_id', '=', releaseId)
    .execute()
  if (outcome !== 'sent') await tx.deleteFrom('payload').where('release_id', '=', releaseId).execute()
  if (outcome === 'dead') {
    await tx
      .insertInto('task')
      .values({
        school_urn: school.urn,
        kind: 'delivery-dead',
        for_role: 'office',
        title: 'A file could not be delivered',
        detail: JSON.stringify({
          releaseId,
          agreementId: row.agreement_id,
          recipientId: row.recipient_id,
          why,
        }),
        dedupe_key: `delivery-dead:${releaseId}`,
        opened_at: at,
      })
      .execute()
  }
  return true
}
