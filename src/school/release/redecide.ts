import type { Redecided } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { Dictionary } from '../../core/vocabulary/index.ts'
import { childSubjects } from './carried.ts'
import type { FeedCase } from './decide-feed.ts'
import type { DecidedPupil } from './permit-rows.ts'
import { takeRecords } from './pupil-records.store.ts'

/**
 * Decides the pupils of a file that names more than themselves (contacts, marks) a second time: by the pure function, from
 * rows read plainly. The finished file is held against this, so that an error in the set-wise statements alone can't let a
 * contact out whom an order keeps from the recipient. Null for a file that carries nothing but the pupils' own items.
 */
export async function redecide(
  tx: Tx,
  feed: FeedCase,
  pupils: readonly DecidedPupil[],
  items: Dictionary,
  at: Date,
): Promise<ReadonlyMap<string, Redecided> | null> {
  if (childSubjects(feed.carried, items).length === 0) return null
  const leaving = pupils.filter(({ row }) => row.verdict.permitted.length > 0).map(({ row }) => row.pupilId)
  const records = await takeRecords(tx, feed.compiled.asked, leaving, at)
  return new Map(records.map((record) => [record.pupilId, feed.compiled.redecide(record)]))
}
