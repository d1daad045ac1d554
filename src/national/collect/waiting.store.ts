import type { Tx } from '../../core/store/index.ts'
import { claimMinutes } from './accept.store.ts'
import type { Round } from './definitions.ts'

export interface WaitingReturn {
  readonly id: string
  readonly laNumber: string
  readonly source: string
  readonly round: Round
  readonly fileName: string
}

/**
 * Claims the next return that waits and that nobody validates: its claim has run out, or whoever made it is gone. With it, up
 * to `most` and `mostBytes`, others of its round that were never begun again; one that was is taken alone, so that it can’t hold others up.
 */
export async function claimWaiting(
  tx: Tx,
  owner: string,
  isAlive: (owner: string) => boolean,
  {
    mostTries,
    most,
    mostBytes,
  }: { readonly mostTries: number; readonly most: number; readonly mostBytes: number },
  at: Date,
): Promise<readonly WaitingReturn[]> {
  const rows = await tx
    .selectFrom('collected_return')
    .select([
      'id',
      'la_number',
      'source',
      'collection',
      'year',
      'term',
      'file_name',
      'bytes',
      'claimed_by',
      'claimed_until',
      'tries',
    ])
    .where('state', '=', 'waiting-for-validation')
    .where('tries', '<', mostTries)
    .orderBy('received_at')
    .orderBy('id')
    .limit(200)
    .execute()
  const free = rows.filter(
    ({ claimed_by, claimed_until }) =>
      claimed_by === null || claimed_until === null || claimed_until <= at || !isAlive(claimed_by),
  )
  const [first] = free
  if (!first) return []
  const together = free.filter(
    ({ tries, collection, year, term }) =>
      tries === 0 && collection === first.collection && year === first.year && term === first.term,
  )
  let size = 0
  const small = together.filter((each, i) => (size += each.bytes) <= mostBytes || i === 0)
  const chosen = first.tries > 0 ? [first] : small.slice(0, most)
  for (const { la_number, source, id, tries } of chosen)
    await tx
      .updateTable('collected_return')
      .set({
        claimed_by: owner,
        claimed_until: new Date(at.getTime() + claimMinutes * 60_000),
        tries: tries + 1,
      })
      .where('la_number', '=', la_number)
      .where('source', '=', source)
      .where('id', '=', id)
      .execute()
  return chosen.map(({ id, la_number: laNumber, source, collection, year, term, file_name: fileName }) => ({
    id,
    laNumber,
    source,
    round: { collection, year, term },
    fileName,
  }))
}

/** Which of these names are returns that stand in the store. */
export async function incomingKnown(tx: Tx, names: readonly string[]): Promise<ReadonlySet<string>> {
  const uuids = names.filter((name) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name))
  if (uuids.length === 0) return new Set()
  const rows = await tx.selectFrom('collected_return').select('id').where('id', 'in', uuids).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Gives claims back on what was not validated after all. */
export const releaseClaims = (
  tx: Tx,
  owner: string,
  returns: readonly { readonly id: string }[],
): Promise<unknown> =>
  tx
    .updateTable('collected_return')
    .set({ claimed_by: null, claimed_until: null })
    .where('claimed_by', '=', owner)
    .where(
      'id',
      'in',
      returns.map(({ id }) => id),
    )
    .execute()
