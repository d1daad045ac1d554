import type { Tx } from '../../core/store/index.ts'
import type { AgreementId, AgreementVersion } from '../../core/vocabulary/index.ts'
import { isDue, type CalendarRow } from './due.ts'

export interface DueFeed {
  readonly version: AgreementVersion
  /** When its last file was decided that was not stopped before it left; null when there is none. */
  readonly last: Date | null
}

/**
 * The feeds whose next file is due by their schedule, in the order of the agreements given: approved ones that are switched
 * on, list something and have a file of ours. Whether a file may leave is for `releaseFeed` to say.
 */
export async function dueFeeds(
  tx: Tx,
  agreements: ReadonlyMap<AgreementId, AgreementVersion>,
  at: Date,
): Promise<readonly DueFeed[]> {
  const { term_dates } = await tx.selectFrom('school').select('term_dates').executeTakeFirstOrThrow()
  const rows = await tx
    .selectFrom('release')
    .innerJoin('delivery', (join) =>
      join
        .onRef('delivery.school_urn', '=', 'release.school_urn')
        .onRef('delivery.release_id', '=', 'release.id'),
    )
    .select((e) => ['agreement_id', e.fn.max('decided_at').as('last')])
    .where('decided_at', '<=', at)
    .where('delivery.state', '!=', 'cancelled')
    .groupBy('agreement_id')
    .execute()
  const last = new Map(rows.map((row) => [row.agreement_id, row.last]))
  return [...agreements.values()]
    .filter(
      ({ agreement, approvedAt }) =>
        approvedAt !== null &&
        agreement.kind === 'feed' &&
        agreement.enabled &&
        agreement.items.length > 0 &&
        agreement.format.kind !== 'none',
    )
    .map((version) => ({ version, last: last.get(version.agreement.id) ?? null }))
    .filter((one) => isDue(one.version.agreement.schedule.every, one.last, at, term_dates as CalendarRow[]))
}
