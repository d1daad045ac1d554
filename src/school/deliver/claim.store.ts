import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { takePayload, type ReleasedPayload } from '../release/index.ts'
import { hasDied, newClaimant } from './claimant.ts'
import type { DeliveryState } from './delivery.store.ts'
import type { Endpoint, TransportKind } from './transport.ts'

/** A sending that this process alone may make until its claim runs out. */
export interface Claim {
  readonly id: string
  readonly transport: TransportKind
  readonly attempts: number
  readonly stage: string | null
  readonly payload: ReleasedPayload
  readonly endpoint: Endpoint
}

/** How long a worker holds a sending; longer than any try may take. Measured by the store's own clock. */
export const claimSeconds = 300

export const claimEnd = sql<Date>`clock_timestamp() + make_interval(secs => ${claimSeconds})`

/**
 * Claims a queued release for sending, or says where it stands instead. The claim of a worker that died is taken over, with
 * the stage that worker had reached.
 */
export function claim(
  school: SchoolStore,
  releaseId: string,
): Promise<Claim | { readonly state: DeliveryState | 'unknown' }> {
  const id = newClaimant()
  return school.write(async (tx) => {
    const row = await tx
      .selectFrom('delivery')
      .select(['state', 'attempts', 'transport', 'stage', 'claimed_by'])
      .select(sql<boolean>`claimed_until is null or claimed_until <= clock_timestamp()`.as('ran_out'))
      .where('release_id', '=', releaseId)
      .forUpdate()
      .executeTakeFirst()
    if (!row) return { state: 'unknown' }
    const state = row.state as DeliveryState
    const free = state === 'queued' || (state === 'sending' && (row.ran_out || hasDied(row.claimed_by)))
    const payload = free ? await takePayload(tx, school, releaseId) : null
    if (!payload) return { state }
    const attempts = row.attempts + 1
    await tx
      .updateTable('delivery')
      .set({ state: 'sending', attempts, claimed_by: id, claimed_until: claimEnd })
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
