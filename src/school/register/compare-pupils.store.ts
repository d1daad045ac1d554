import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { changedFields, columnsOf, recordOf } from './columns.ts'
import { formerIdentityFields, identityFields } from './fields.ts'
import { joinerPrefix } from './match-pupils.store.ts'

const columns = columnsOf('pupils')

export interface Comparing {
  readonly runId: string
  /** The school's own MIS speaks: it may correct everything but an adopted pupil's identity. Another school may not. */
  readonly ownRoll: boolean
  readonly wholeRoll: boolean
  /** Pupils whose identity a person has allowed this import to change. */
  readonly overwrite: readonly string[]
  /** The date in England. */
  readonly today: string
}

/** Names what each matched row changes, and holds what a protection keeps as it is. */
export async function comparePupils(
  tx: Tx,
  { runId, ownRoll, wholeRoll, overwrite }: Comparing,
): Promise<void> {
  // Somebody who is in a whole roll again, without a leaving date, has come back.
  const returned = sql`case when ${wholeRoll} and not r.body ? 'leaving_date' and t.leaving_date is not null
    then array['leavingDate'] else '{}' end`
  await sql`update import_verdict v
    set fields = d.fields, verdict = case when cardinality(d.fields) = 0 then 'unchanged' else 'changed' end
    from (select r.row, ${sql.raw(changedFields(columns))} || ${returned} as fields
      from import_verdict m
      join import_row r on r.school_urn = m.school_urn and r.run_id = m.run_id and r.kind = m.kind and r.row = m.row
      join pupil t on t.school_urn = m.school_urn and t.id = m.pupil_id
      cross join lateral ${sql.raw(recordOf(columns))}
      where m.run_id = ${runId} and m.kind = 'pupils' and m.verdict = 'changed' offset 0) d
    where v.school_urn = app_school() and v.run_id = ${runId} and v.kind = 'pupils' and v.row = d.row`.execute(
    tx,
  )

  // From the own MIS an adopted pupil's identity is held; from elsewhere the whole record is, with what is nested in it.
  const held = ownRoll ? identityFields : [...columns.map(({ field }) => field)]
  const holds = sql`f = any(case when p.id = any(${overwrite}::uuid[]) then ${formerIdentityFields}::text[] else ${held}::text[] end)`
  await sql`update import_verdict v
    set held = case when cardinality(h.held) = 0 then array['adoption'] else h.held end, fields = h.kept,
      verdict = case when cardinality(h.kept) = 0 then 'held' else 'changed' end
    from (select m.row, p.id = any(${overwrite}::uuid[]) as allowed,
        array(select f from unnest(m.fields) f where ${holds}) as held,
        array(select f from unnest(m.fields) f where not ${holds}) as kept
      from import_verdict m join pupil p on p.school_urn = m.school_urn and p.id = m.pupil_id
      where m.run_id = ${runId} and m.kind = 'pupils' and m.verdict in ('changed', 'unchanged')
        and (p.adopted or exists (select from protection a where a.school_urn = p.school_urn and a.pupil_id = p.id
          and a.kind = 'adoption' and a.lifted_at is null))) h
    where v.school_urn = app_school() and v.run_id = ${runId} and v.kind = 'pupils' and v.row = h.row
      and (cardinality(h.held) > 0 or not (${ownRoll} or h.allowed))`.execute(tx)
}

const leavers = ({ runId, today }: Comparing) => sql`from pupil p
  where p.school_urn = app_school() and p.entry_date <= ${today}::date
    and (p.leaving_date is null or p.leaving_date >= ${today}::date)
    and p.mis_id not like ${`${joinerPrefix}%`}
    and not exists (select from import_verdict v where v.school_urn = p.school_urn and v.run_id = ${runId}
      and v.kind = 'pupils' and v.pupil_id = p.id)
    and not exists (select from import_row r where r.school_urn = p.school_urn and r.run_id = ${runId} and r.pupil_key = p.mis_id)`

export interface Missing {
  readonly pupilIds: readonly string[]
  readonly onRoll: number
}

/**
 * Pupils on the roll whom a whole-roll file does not name, in any row, even a refused one. When a refused row does not tell
 * whom it is about, nobody is taken for missing.
 */
export async function missingPupils(tx: Tx, comparing: Comparing): Promise<Missing> {
  const { rows: roll } = await sql<{ n: number }>`select count(*)::int as n from pupil
    where entry_date <= ${comparing.today}::date and (leaving_date is null or leaving_date >= ${comparing.today}::date)
      and mis_id not like ${`${joinerPrefix}%`}`.execute(tx)
  const onRoll = roll[0]?.n ?? 0
  const nameless =
    await sql`select 1 from import_row where run_id = ${comparing.runId} and kind = 'refused' and pupil_key is null limit 1`.execute(
      tx,
    )
  if (!comparing.wholeRoll || nameless.rows.length > 0) return { pupilIds: [], onRoll }
  const { rows } = await sql<{ id: string }>`select p.id ${leavers(comparing)} order by p.id`.execute(tx)
  return { pupilIds: rows.map(({ id }) => id), onRoll }
}
