import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'

/**
 * Pupils and purposes of the choices recorded after a place in the sequence, where those may have changed more than nothing
 * to a first yes: a no is among them, or somebody had chosen before.
 */
export async function changesSince(
  tx: Tx,
  sequence: number,
): Promise<readonly { readonly pupilId: string; readonly purpose: string }[]> {
  const { rows } = await sql<{ pupilId: string; purpose: string }>`
    select c.pupil_id as "pupilId", c.purpose from consent_choice c
    where c.sequence > ${sequence}
    group by c.pupil_id, c.purpose
    having bool_or(c.state not in ('requested', 'deferred', 'given', 'renewed'))
      or exists (select from consent_choice o
        where o.pupil_id = c.pupil_id and o.purpose = c.purpose and o.sequence <= ${sequence})
    order by c.pupil_id, c.purpose`.execute(tx)
  return rows
}
