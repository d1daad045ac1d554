import { sql } from 'kysely'
import type { ReturnState } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { NationalActor } from '../../core/vocabulary/index.ts'

/** One thing that was done with a return. */
export interface ReturnEvent {
  readonly laNumber: string
  readonly source: string
  readonly returnId: string
  readonly move: string
  readonly from: ReturnState
  readonly to: ReturnState
  readonly actor: NationalActor
  readonly reason: string | null
  readonly at: Date
}

export const addEvent = (tx: Tx, event: ReturnEvent): Promise<unknown> =>
  sql`
    insert into return_event (la_number, source, return_id, number, move, from_state, to_state, by_name, by_role, reason, at)
    select ${event.laNumber}::text, ${event.source}::text, ${event.returnId}::uuid, coalesce(max(number), 0) + 1,
      ${event.move}::text, ${event.from}::text, ${event.to}::text, ${event.actor.name}::text, ${event.actor.role}::text,
      ${event.reason}::text, ${event.at.toISOString()}::timestamptz
    from return_event where la_number = ${event.laNumber}::text and source = ${event.source}::text
      and return_id = ${event.returnId}::uuid`.execute(tx)

export interface PastEvent {
  readonly number: number
  readonly move: string
  readonly from: string
  readonly to: string
  readonly by: string
  readonly role: string
  readonly reason: string | null
  readonly at: Date
}

/** What was done with a return, in order. */
export async function eventsOf(tx: Tx, returnId: string): Promise<readonly PastEvent[]> {
  const rows = await tx
    .selectFrom('return_event')
    .selectAll()
    .where('return_id', '=', returnId)
    .orderBy('number')
    .execute()
  return rows.map((row) => ({
    number: row.number,
    move: row.move,
    from: row.from_state,
    to: row.to_state,
    by: row.by_name,
    role: row.by_role,
    reason: row.reason,
    at: row.at,
  }))
}
