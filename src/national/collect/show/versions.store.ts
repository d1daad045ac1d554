import type { Tx } from '../../../core/store/index.ts'
import { returnOf, selectReturns, type StoredReturn } from '../returns.store.ts'

/** Every version of the return that this one is of, the newest first. */
export async function versionsOf(tx: Tx, of: StoredReturn): Promise<readonly StoredReturn[]> {
  const rows = await selectReturns(tx)
    .where('r.la_number', '=', of.laNumber)
    .where('r.source', '=', of.source)
    .where('r.collection', '=', of.collection)
    .where('r.year', '=', of.year)
    .where('r.term', '=', of.term)
    .orderBy('r.version', 'desc')
    .execute()
  return rows.map(returnOf)
}
