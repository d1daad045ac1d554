import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { AgreementId } from '../../core/vocabulary/index.ts'

/**
 * The request keys under which transfer files of each pupil were made in its present stay and not stopped, but for those of
 * this request. Such a key ends with that of the bundle, which names the destination.
 */
export async function transferredBefore(
  tx: Tx,
  agreementId: AgreementId,
  requestKey: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ pupil_id: string; keys: readonly string[] }>`
    select o.pupil_id, array_agg(r.request_key) as keys
    from release r
    join ledger_opening o on o.school_urn = r.school_urn and o.entry_index = r.ledger_index
    join pupil p on p.school_urn = o.school_urn and p.id = o.pupil_id
    left join delivery d on d.school_urn = r.school_urn and d.release_id = r.id
    where r.agreement_id = ${agreementId} and r.format = 'ctf' and d.state is distinct from 'cancelled'
      and r.request_key <> ${requestKey} and not starts_with(r.request_key, ${`${requestKey}/`})
      and r.decided_at >= p.entry_date
      and jsonb_array_length(coalesce(o.record -> 'items', '[]')) > 0
    group by o.pupil_id`.execute(tx)
  return new Map(rows.map(({ pupil_id, keys }) => [pupil_id, keys]))
}
