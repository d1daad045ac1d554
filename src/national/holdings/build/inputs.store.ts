import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import { authorisedReturns } from '../../collect/index.ts'

export interface InputReturn {
  readonly id: string
  readonly collection: string
  readonly year: number
  readonly term: string
  readonly messageSha256: string
}

/** Every authorised return with the digest of its message, in order of its id. Asked in the collector’s scope. */
export async function inputReturns(tx: Tx): Promise<readonly InputReturn[]> {
  const returns = await authorisedReturns(tx)
  const { rows } = await sql<{ id: string; sha: string }>`
    select id, message_sha256 as sha from collected_return where state = 'authorised'`.execute(tx)
  const digests = new Map(rows.map(({ id, sha }) => [id, sha]))
  return returns
    .map(({ id, collection, year, term }) => ({
      id,
      collection,
      year,
      term,
      messageSha256: digests.get(id) ?? '',
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Records that a person chose as the main one of their group: return id and place in it. */
export async function chosenByHand(
  tx: Tx,
  { collection, year, term }: { readonly collection: string; readonly year: number; readonly term: string },
): Promise<readonly { readonly returnId: string; readonly n: number }[]> {
  const rows = await tx
    .selectFrom('duplicate_candidate')
    .select(['return_id', 'lineage'])
    .where('collection', '=', collection)
    .where('year', '=', year)
    .where('term', '=', term)
    .where('decided_by', 'is not', null)
    .where('status', '=', 9)
    .orderBy('return_id')
    .orderBy('lineage')
    .execute()
  return rows.map(({ return_id, lineage }) => ({
    returnId: return_id,
    n: Number(lineage.split('/')[1] ?? 0),
  }))
}
