import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { Edition } from './editions.ts'

/**
 * Keeps in the store which editions there are. What a killed build did not record is recorded now; files older than the store
 * knows, or other ones, are refused. @throws GatehouseError `store-failed`
 */
export async function keepEditions(tx: Tx, editions: readonly Edition[]): Promise<void> {
  const known = await tx
    .selectFrom('holdings_edition')
    .select(['number', 'sha256'])
    .orderBy('number')
    .execute()
  for (const { number, sha256 } of known)
    if (editions[number - 1]?.sha256 !== sha256)
      throw new GatehouseError('store-failed', 'The holdings are not those that the store remembers.', {
        where: `edition ${String(number)}`,
        why: 'Their folder was put back from an older day, or replaced.',
        todo: 'Restore the folder “holdings” and the store from one backup.',
      })
  for (const each of editions.slice(known.length))
    await tx
      .insertInto('holdings_edition')
      .values({
        number: each.number,
        sha256: each.sha256,
        at: new Date(each.at),
        by_name: each.by,
        matching_run: each.matchingRun,
        note: each.note,
      })
      .execute()
}
