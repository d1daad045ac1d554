import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/** Keeps that two identities are never to be joined, and takes away a waiting pair of them. @throws GatehouseError `conflict` */
export async function keepSealed(
  tx: Tx,
  {
    digest,
    a,
    b,
    by,
    at,
  }: {
    readonly digest: string
    readonly a: string
    readonly b: string
    readonly by: string
    readonly at: Date
  },
): Promise<void> {
  const { rows } = await sql`
    select 1 from match_decision where a = ${a}::uuid and b = ${b}::uuid limit 1`.execute(tx)
  if (rows.length > 0)
    throw new GatehouseError('conflict', 'Somebody has decided on these two: the decision names both.', {
      todo: 'Ask the operator to erase the decision by hand, and say why in the log of the work.',
    })
  await sql`delete from match_pair where a = ${a}::uuid and b = ${b}::uuid`.execute(tx)
  await sql`
    insert into match_sealed (digest, authorised_by, at) values (${digest}::text, ${by}::text, ${at.toISOString()}::timestamptz)
    on conflict do nothing`.execute(tx)
}
