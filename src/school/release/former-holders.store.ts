import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'

/** A release that holds data of a pupil, and how far it got. */
export interface Reached {
  readonly releaseId: string
  readonly recipientId: string
  readonly agreementId: string
  /** Nothing of it may have left yet. */
  readonly waiting: boolean
  /** Items about the pupil that it gave as they are. */
  readonly plain: readonly string[]
}

/** Every release that holds data of this pupil and was not stopped, as the openings tell: they are about to be erased. */
export async function formerHolders(tx: Tx, pupilId: string): Promise<readonly Reached[]> {
  const { rows } =
    await sql<Reached>`select r.id as "releaseId", r.recipient_id as "recipientId", r.agreement_id as "agreementId",
      coalesce(d.attempts = 0 and d.state in ('queued', 'dead')
        or d.transport in ('download', 'copy-sheet') and d.state in ('queued', 'sent', 'dead') and d.claimed_by is null, false) as waiting,
      array(select i ->> 'item' from jsonb_array_elements(o.record -> 'items') i where i ->> 'as' = 'as-is' and (i -> 'present')::boolean) as plain
    from ledger_opening o
    join release r on r.school_urn = o.school_urn and r.ledger_index = o.entry_index
    left join delivery d on d.school_urn = r.school_urn and d.release_id = r.id
    where o.pupil_id = ${pupilId}::uuid and d.state is distinct from 'cancelled'
      and jsonb_array_length(coalesce(o.record -> 'items', '[]')) > 0
    order by r.ledger_index`.execute(tx)
  return rows
}

/** Whether the ledger still holds what opens a commitment about this pupil, even one that says it was withheld. */
export async function hasOpenings(tx: Tx, pupilId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from ledger_opening where pupil_id = ${pupilId}::uuid limit 1`.execute(
    tx,
  )
  return rows.length > 0
}
