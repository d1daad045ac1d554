import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { columnsOf, recordOf } from './columns.ts'
import { joinerPrefix } from './match-pupils.store.ts'

const columns = columnsOf('pupils')

/** Facts about being at this school that a row needn't give: a joiner from a transfer file has none of them yet. */
export interface Joining {
  readonly entryDate: string
  readonly enrolmentStatus: string
}

const rowsOf = (runId: string, verdict: 'new' | 'changed') => sql`import_verdict v
  join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
  cross join lateral ${sql.raw(recordOf(columns))}
  where v.run_id = ${runId} and v.kind = 'pupils' and v.verdict = ${verdict}`

/** Changes the register's pupils as the verdicts say: those fields that were found changed, and no others. */
export async function applyPupils(tx: Tx, runId: string, joining: Joining | null): Promise<void> {
  // Two pupils may exchange their UPNs in one import; the register never has a UPN twice, not even for an instant.
  await sql`update pupil t set upn = null from import_verdict v
    where v.school_urn = t.school_urn and v.run_id = ${runId} and v.kind = 'pupils' and v.verdict = 'changed'
      and 'upn' = any(v.fields) and t.id = v.pupil_id`.execute(tx)
  const changed = columns
    .filter(({ name }) => name !== 'leaving_reason')
    .map(
      ({ name, field, value }) =>
        `${name} = case when '${field}' = any(d.fields) then ${value.replace('b.', 'd.')} else t.${name} end`,
    )
  // leavingDate stands among the fields without being in the body when a pupil has returned: then the reason goes too.
  await sql`update pupil t set ${sql.raw(changed.join(', '))},
      leaving_reason = case when 'leavingDate' = any(d.fields) and d.leaving_date is null then null
        when 'leavingReason' = any(d.fields) then d.leaving_reason else t.leaving_reason end,
      source_digest = d.digest, updated_at = now()
    from (select v.pupil_id, v.fields, r.digest, b.* from ${rowsOf(runId, 'changed')} offset 0) d
    where t.school_urn = app_school() and t.id = d.pupil_id`.execute(tx)
  const inserted = columns.map(({ name, value }) => {
    if (name === 'mis_id') return `coalesce(b.mis_id, '${joinerPrefix}' || gen_random_uuid())`
    if (name === 'entry_date') return `coalesce(b.entry_date, j.entry_date)`
    if (name === 'enrolment_status') return `coalesce(b.enrolment_status, j.enrolment_status)`
    return value
  })
  await sql`insert into pupil (school_urn, id, source_digest, ${sql.raw(columns.map(({ name }) => name).join(', '))})
    select v.school_urn, v.pupil_id, r.digest, ${sql.raw(inserted.join(', '))}
    from (select ${joining?.entryDate ?? null}::date as entry_date, ${joining?.enrolmentStatus ?? null}::text as enrolment_status) j,
    ${rowsOf(runId, 'new')}`.execute(tx)
}

/**
 * Gives pupils a leaving date: the day before the file that no longer names them, for on that day's roll they are not. The
 * reason is not known; the row stays, and so does everything about the pupil.
 */
export async function applyLeavers(tx: Tx, pupilIds: readonly string[], today: string): Promise<void> {
  await sql`update pupil set leaving_date = greatest(entry_date, ${today}::date - 1), updated_at = now()
    where id = any(${pupilIds}::uuid[])`.execute(tx)
}
