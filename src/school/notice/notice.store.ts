import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { NoticeModel, NoticeSchool } from './notice.ts'
import type { RenderedNotice } from './render-notice.ts'

/** A version as it was published; it never changes. */
export interface PublishedNotice {
  readonly version: number
  readonly sha256: string
  readonly markdown: string
  readonly model: NoticeModel
  readonly publishedAt: Date
  readonly publishedBy: string
}

export async function noticeSchool(tx: Tx): Promise<NoticeSchool> {
  const row = await tx
    .selectFrom('school')
    .select(['name', 'controller', 'dpo_contact'])
    .executeTakeFirstOrThrow()
  return { name: row.name, controller: row.controller, dpoContact: row.dpo_contact }
}

/** Published versions, newest first. */
export async function noticeVersions(tx: Tx, limit = 100): Promise<readonly PublishedNotice[]> {
  const rows = await tx
    .selectFrom('notice_version')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    version: row.version,
    sha256: row.sha256,
    markdown: row.markdown,
    model: row.model as NoticeModel,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
  }))
}

/** The version in force: the newest. Null when none was ever published. */
export const latestNotice = async (tx: Tx): Promise<PublishedNotice | null> =>
  (await noticeVersions(tx, 1))[0] ?? null

export async function insertNotice(
  tx: Tx,
  school: SchoolStore,
  notice: RenderedNotice,
  version: number,
  at: Date,
): Promise<void> {
  const entries = notice.entries.map(({ id, heading, agreementHash }) => ({ id, heading, agreementHash }))
  await tx
    .insertInto('notice_version')
    .values({
      school_urn: school.urn,
      version,
      sha256: notice.sha256,
      markdown: notice.markdown,
      entries: JSON.stringify(entries),
      model: JSON.stringify(notice.model),
      published_at: at,
      published_by: school.actor.name,
    })
    .execute()
}

/** Releases of one agreement version that the notice of their day did not name. */
export interface ReleasesOutside {
  readonly agreementId: string
  readonly releases: number
  readonly firstIndex: number
  /** The notice in force at the first of them; null when none had been published. */
  readonly noticeVersion: number | null
}

/**
 * Every release entry of the ledger whose agreement version was not named in the notice in force when it was recorded.
 * A restricted entry is read from what its seal commits to; one whose content was erased can't be looked into.
 */
export async function releasesOutside(tx: Tx): Promise<readonly ReleasesOutside[]> {
  const { rows } = await sql<{
    agreement_id: string
    releases: number
    first_index: number
    notice_version: number | null
  }>`
    with said as (
      select e.index, e.recorded_at, coalesce(c.content, convert_from(e.leaf, 'UTF8'))::jsonb as entry
      from ledger_entry e
      left join ledger_committed c on c.school_urn = e.school_urn and c.entry_index = e.index and c.kind = 'entry'
      where e.type in ('release/v1', 'sealed/v1'))
    select s.entry #>> '{agreement,id}' as agreement_id, count(*)::int as releases, min(s.index)::int as first_index,
      (array_agg(n.version order by s.index))[1] as notice_version
    from said s
    left join lateral (
      select v.version, v.entries from notice_version v
      where v.published_at <= s.recorded_at order by v.version desc limit 1) n on true
    where s.entry ->> 'type' = 'release/v1' and not exists (
      select 1 from jsonb_to_recordset(n.entries) as x(id text, "agreementHash" text)
      where x.id = s.entry #>> '{agreement,id}' and x."agreementHash" = s.entry #>> '{agreement,hash}')
    group by 1, s.entry #>> '{agreement,hash}' order by first_index`.execute(tx)
  return rows.map((row) => ({
    agreementId: row.agreement_id,
    releases: row.releases,
    firstIndex: row.first_index,
    noticeVersion: row.notice_version,
  }))
}
