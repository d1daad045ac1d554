import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { Purpose } from './purpose.ts'

/** A recipient that got, or was about to get, data about the pupil under a purpose whose consent no longer stands. */
export interface Holder {
  readonly recipientId: string
  readonly agreementId: string
  readonly releaseId: string
  readonly ledgerIndex: number
  /** `stopped`: nothing of it left and nothing will. `held`: it left, is leaving, or may have left on a try that failed. */
  readonly where: 'stopped' | 'held'
}

/** A release that reached the pupil, and how far its delivery got. */
export interface Reached extends Omit<Holder, 'where'> {
  /** `waiting`: nothing of it has left. `tried`: it still waits, but an earlier try may have got through. `gone`: too late. */
  readonly progress: 'waiting' | 'tried' | 'gone'
}

/**
 * Every release that reached this pupil under the agreements (and items) that wait for this purpose, and was not stopped. A
 * purpose of single items reaches only releases that held one of them; a purpose that no agreement uses reaches none.
 *
 * A file laid out to be fetched has not left until somebody begins to fetch it. A try to push a file that failed may still
 * have brought it across: only the recipient could say.
 */
export async function releasesUnder(tx: Tx, pupilId: string, purpose: Purpose): Promise<readonly Reached[]> {
  if (purpose.reach.length === 0) return []
  const reach = JSON.stringify(purpose.reach)
  const { rows } = await sql<{
    recipient_id: string
    agreement_id: string
    release_id: string
    ledger_index: number
    progress: Reached['progress']
  }>`
    select distinct r.recipient_id, r.agreement_id, r.id as release_id, r.ledger_index,
      case
        when d.state in ('queued', 'dead') then
          case when d.attempts = 0 or d.transport in ('download', 'copy-sheet') then 'waiting' else 'tried' end
        when d.state = 'sent' and d.transport in ('download', 'copy-sheet') then
          case when d.claimed_by is null then 'waiting'
            when d.claimed_until <= clock_timestamp() then 'tried'
            else 'gone' end
        else 'gone' end as progress
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
    progress: row.progress,
  }))
}
