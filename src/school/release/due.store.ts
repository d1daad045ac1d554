import type { Tx } from '../../core/store/index.ts'
import type { AgreementId, AgreementVersion } from '../../core/vocabulary/index.ts'
import { releasesWithDelivery } from './releases-with-delivery.store.ts'
import { isDue, type CalendarRow } from './due.ts'

export interface DueFeed {
  readonly version: AgreementVersion
  /** When its last file was decided that was not stopped before it left; null when there is none. */
  readonly last: Date | null
}

export interface LastFile {
  readonly decidedAt: Date
  /** Of the file as the recipient has it once opened, hex. */
  readonly sha256: string
}

/**
 * The feeds whose next file is due by their schedule, in the order of the agreements given: approved ones that are switched
 * on, list something and have a file of ours. Whether a file may leave is for `releaseFeed` to say, and whether one that is
 * sent on a change is due, for `changedFeeds`.
 */
export async function dueFeeds(
  tx: Tx,
  agreements: ReadonlyMap<AgreementId, AgreementVersion>,
  at: Date,
): Promise<readonly DueFeed[]> {
  const { term_dates } = await tx.selectFrom('school').select('term_dates').executeTakeFirstOrThrow()
  return (await feedsOf(tx, agreements, at))
    .map(({ version, last }) => ({ version, last: last?.decidedAt ?? null }))
    .filter((one) => isDue(one.version.agreement.schedule.every, one.last, at, term_dates as CalendarRow[]))
}

/** Every feed that may have a file at all, with the last of its files that was not stopped before it left. */
export async function feedsOf(
  tx: Tx,
  agreements: ReadonlyMap<AgreementId, AgreementVersion>,
  at: Date,
): Promise<readonly { readonly version: AgreementVersion; readonly last: LastFile | null }[]> {
  const rows = await releasesWithDelivery(tx)
    .distinctOn('agreement_id')
    .select(['agreement_id', 'decided_at as decidedAt', 'payload_sha256 as sha256'])
    .where('decided_at', '<=', at)
    .where('delivery.state', '!=', 'cancelled')
    .orderBy('agreement_id')
    .orderBy('decided_at', 'desc')
    .orderBy('release.ledger_index', 'desc')
    .execute()
  const last = new Map(rows.map(({ agreement_id, ...file }) => [agreement_id, file]))
  return [...agreements.values()]
    .filter(
      ({ agreement, approvedAt }) =>
        approvedAt !== null &&
        agreement.kind === 'feed' &&
        agreement.enabled &&
        agreement.items.length > 0 &&
        agreement.format.kind !== 'none' &&
        agreement.format.kind !== 'return',
    )
    .map((version) => ({ version, last: last.get(version.agreement.id) ?? null }))
}
