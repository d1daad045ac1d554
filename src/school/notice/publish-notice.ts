import { appendEntry } from '../../core/ledger/index.ts'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { closeNoticeTasks } from './names-version.store.ts'
import { insertNotice, latestNotice, noticeSchool } from './notice.store.ts'
import type { NoticePolicy } from './notice.ts'
import { renderNotice } from './render-notice.ts'

export interface NoticePublished {
  readonly version: number
  readonly sha256: string
  /** False when the newest version already reads like this, word for word: none is added. */
  readonly isNew: boolean
}

/** Publishes the notice of the policy in force. @see publishNoticeUnder */
export const publishNotice = (school: SchoolStore, at: Date): Promise<NoticePublished> =>
  publishNoticeUnder(school, currentPolicy, at)

/**
 * Publishes the notice as it reads now as the next version, with its ledger entry in the same transaction.
 * @param policyOf reads the policy in force inside that transaction.
 */
export function publishNoticeUnder(
  school: SchoolStore,
  policyOf: (tx: Tx) => Promise<NoticePolicy>,
  at: Date,
): Promise<NoticePublished> {
  return school.write(async (tx) => {
    const notice = renderNotice(await policyOf(tx), await noticeSchool(tx), at)
    const latest = await latestNotice(tx)
    if (latest?.sha256 === notice.sha256) {
      return { version: latest.version, sha256: latest.sha256, isNew: false }
    }
    const version = (latest?.version ?? 0) + 1
    await insertNotice(tx, school, notice, version, at)
    const entry = {
      type: 'notice/v1',
      at: at.toISOString(),
      version,
      sha256: notice.sha256,
      entries: notice.entries.length,
      publishedBy: school.actor.role,
    } as const
    await appendEntry(tx, school.urn, entry, at)
    const named = notice.entries.filter(({ agreementHash }) => agreementHash !== null)
    await closeNoticeTasks(
      tx,
      school,
      named.map(({ id }) => id),
      at,
    )
    return { version, sha256: notice.sha256, isNew: true }
  })
}
