import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { AgreementVersion } from '../../core/vocabulary/index.ts'

/** True when the notice in force at that instant names this very version of the agreement. */
export async function noticeNamesVersion(
  tx: Tx,
  { agreement, hash }: AgreementVersion,
  at: Date,
): Promise<boolean> {
  const notice = await tx
    .selectFrom('notice_version')
    .select('entries')
    .where('published_at', '<=', at)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const entries = (notice?.entries ?? []) as readonly {
    readonly id: string
    readonly agreementHash: string
  }[]
  return entries.some((entry) => entry.id === agreement.id && entry.agreementHash === hash)
}

/** The reason of a file that is held until the notice is published, in the detail of its task. */
export const notInNotice = 'not-in-notice'

/** Closes the tasks that asked for this: the notice names these agreements now. */
export const closeNoticeTasks = (
  tx: Tx,
  school: SchoolStore,
  agreementIds: readonly string[],
  at: Date,
): Promise<unknown> =>
  tx
    .updateTable('task')
    .set({ closed_at: at, closed_by: school.actor.name, outcome: 'the notice was published' })
    .where('kind', '=', 'release-held')
    .where(sql<boolean>`detail ->> 'reason' = ${notInNotice}`)
    .where(sql<boolean>`detail ->> 'agreementId' = any(${[...agreementIds]}::text[])`)
    .where('closed_at', 'is', null)
    .execute()
