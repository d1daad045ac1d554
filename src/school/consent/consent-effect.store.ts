import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { Purpose } from './purpose.ts'

/** A recipient that got data about the pupil under a purpose whose consent no longer stands. */
export interface Holder {
  readonly recipientId: string
  readonly agreementId: string
  readonly releaseId: string
  readonly ledgerIndex: number
  /** `waiting`: not sent yet, may still be cancelled; `held`: it left. */
  readonly where: 'waiting' | 'held'
}

/**
 * Every release that reached this pupil under the agreements (and items) that wait for this purpose. A purpose of single
 * items reaches only releases that held one of them.
 */
export async function holdersUnder(tx: Tx, pupilId: string, purpose: Purpose): Promise<readonly Holder[]> {
  const reach = JSON.stringify(purpose.reach)
  const { rows } = await sql<{
    recipient_id: string
    agreement_id: string
    release_id: string
    ledger_index: number
    waiting: boolean
  }>`
    select distinct r.recipient_id, r.agreement_id, r.id as release_id, r.ledger_index,
      coalesce(d.state in ('queued', 'dead'), false) as waiting
    from ledger_opening o
    join release r on r.school_urn = o.school_urn and r.ledger_index = o.entry_index
    left join delivery d on d.school_urn = r.school_urn and d.release_id = r.id
    join jsonb_to_recordset(${reach}::jsonb) as reach(agreement text, items jsonb) on reach.agreement = r.agreement_id
    where o.pupil_id = ${pupilId} and d.state is distinct from 'cancelled'
      and jsonb_array_length(coalesce(o.record -> 'items', '[]')) > 0
      and (jsonb_typeof(reach.items) is distinct from 'array' or exists (
        select 1 from jsonb_array_elements(o.record -> 'items') as i(held)
        where reach.items ? coalesce(i.held ->> 'item', i.held #>> '{}')))
    order by r.ledger_index`.execute(tx)
  return rows.map((row) => ({
    recipientId: row.recipient_id,
    agreementId: row.agreement_id,
    releaseId: row.release_id,
    ledgerIndex: row.ledger_index,
    where: row.waiting ? 'waiting' : 'held',
  }))
}
