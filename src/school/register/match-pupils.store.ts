import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { columnsOf } from './columns.ts'
import { foldName } from './fold-name.ts'

/** Pupils whom the MIS does not know yet: they came with a transfer file. Their id begins so. */
export const joinerPrefix = 'ctf-'

const folded = (column: string) => sql.raw(foldName(column))

/** A fault that only shows beside other rows or the register: the row, and the field it is about. */
export interface SetFault {
  readonly row: number
  readonly line: number
  readonly field: string
  readonly code:
    | 'duplicate'
    | 'duplicate-upn'
    | 'upn-taken'
    | 'ambiguous-pupil'
    | 'required'
    | 'unknown-pupil'
    | 'unknown-contact'
    | 'contact-differs'
    | 'unknown-wording'
    | 'unknown-agreement'
}

/** Marks rows as refused, whatever was found before, and returns the faults. */
export async function refuseRows(
  tx: Tx,
  runId: string,
  kind: string,
  faults: readonly SetFault[],
): Promise<readonly SetFault[]> {
  if (faults.length > 0) {
    await sql`insert into import_verdict (school_urn, run_id, kind, row, verdict)
      select distinct app_school(), ${runId}::uuid, ${kind}::text, row, 'refused' from unnest(${faults.map(({ row }) => row)}::int[]) as row
      on conflict (school_urn, run_id, kind, row) do update set verdict = 'refused', pupil_id = null, fields = '{}'`.execute(
      tx,
    )
  }
  return faults
}

/** Rows that stand twice: equal ones count once (reports repeat rows), unequal ones are refused, both of them. */
async function refuseRepeated(tx: Tx, runId: string): Promise<readonly SetFault[]> {
  await sql`insert into import_verdict (school_urn, run_id, kind, row, verdict)
    select app_school(), ${runId}, 'pupils', row, 'repeated' from (
      select row, digest, min(digest) over w as lo, max(digest) over w as hi, min(row) over w as first
      from import_row where run_id = ${runId} and kind = 'pupils' and pupil_key is not null
      window w as (partition by pupil_key)) x
    where lo = hi and row > first`.execute(tx)
  const { rows } = await sql<SetFault>`select row, line, 'misId' as field, 'duplicate' as code from (
      select row, line, min(digest) over w as lo, max(digest) over w as hi
      from import_row where run_id = ${runId} and kind = 'pupils' and pupil_key is not null
      window w as (partition by pupil_key)) x
    where lo <> hi
    union all
    select row, line, 'upn', 'duplicate-upn' from (
      select row, line, min(coalesce(pupil_key, row::text)) over w as lo, max(coalesce(pupil_key, row::text)) over w as hi
      from import_row where run_id = ${runId} and kind = 'pupils' and upn is not null
      window w as (partition by upn)) x
    where lo <> hi
    union all
    select row, line, 'surname', 'duplicate' from (
      select row, line, count(*) over w as all_rows, count(upn) over w as with_upn
      from import_row where run_id = ${runId} and kind = 'pupils' and pupil_key is null
      window w as (partition by ${folded("body->>'surname'")}, ${folded("body->>'forename'")}, body->>'date_of_birth')) x
    where all_rows > 1 and with_upn < all_rows`.execute(tx)
  return refuseRows(tx, runId, 'pupils', rows)
}

const adopted = sql`(p.adopted or exists (select from protection m where m.school_urn = p.school_urn and m.pupil_id = p.id
  and m.kind = 'adoption' and m.lifted_at is null))`

const unmatched = sql`not exists (select from import_verdict v where v.school_urn = r.school_urn and v.run_id = r.run_id
  and v.kind = r.kind and v.row = r.row)`

const untaken = sql`not exists (select from import_verdict v where v.school_urn = r.school_urn and v.run_id = r.run_id
  and v.kind = r.kind and v.pupil_id = p.id)`

/**
 * Finds each row's pupil: by the MIS's id; then, for rows or pupils without one, by UPN; then by name and date of birth.
 * An adopted pupil is never found by name: the file may speak of the former identity. What is found so is held for a
 * person, and so is a pupil found by name whose permanent UPN is another.
 * A row without a pupil is a new one and gets its id here. Returns what can't be told.
 */
export async function matchPupils(tx: Tx, runId: string): Promise<readonly SetFault[]> {
  const faults = [...(await refuseRepeated(tx, runId))]
  const mine = sql`r.run_id = ${runId} and r.kind = 'pupils'`
  await sql`insert into import_verdict (school_urn, run_id, kind, row, pupil_id, verdict)
    select r.school_urn, r.run_id, r.kind, r.row, p.id, 'changed'
    from import_row r join pupil p on p.school_urn = r.school_urn and p.mis_id = r.pupil_key
    where ${mine} and ${unmatched}`.execute(tx)
  // A pupil with another id of the same MIS is taken for the same one only when it had left: the MIS gave a new id on return.
  await sql`insert into import_verdict (school_urn, run_id, kind, row, pupil_id, verdict)
    select r.school_urn, r.run_id, r.kind, r.row, p.id, 'changed'
    from import_row r join pupil p on p.school_urn = r.school_urn and p.upn = r.upn
    where ${mine} and ${unmatched} and ${untaken}
      and (r.pupil_key is null or p.mis_id like ${`${joinerPrefix}%`}
        or (p.leaving_date is not null and not ${adopted} and p.date_of_birth::text = r.body->>'date_of_birth'))`.execute(
    tx,
  )
  const named = await sql<{
    row: number
    line: number
    pupil: string
    candidates: number
    rows: number
    adopted: boolean
    otherUpn: boolean
  }>`
    select r.row, r.line, p.id as pupil, ${adopted} as adopted,
      coalesce(r.pupil_key is null and p.upn <> r.upn and p.upn ~ '[0-9]$', false) as "otherUpn",
      (count(*) over (partition by r.row))::int as candidates, (count(*) over (partition by p.id))::int as rows
    from import_row r join pupil p on p.school_urn = r.school_urn and p.date_of_birth = (r.body->>'date_of_birth')::date
      and ${folded('p.surname')} = ${folded("r.body->>'surname'")} and ${folded('p.forename')} = ${folded("r.body->>'forename'")}
    where ${mine} and ${unmatched} and ${untaken}
      and (r.pupil_key is null or p.mis_id like ${`${joinerPrefix}%`})`.execute(tx)
  const isClear = (one: (typeof named.rows)[number]): boolean => one.candidates === 1 && one.rows === 1
  faults.push(
    ...(await refuseRows(
      tx,
      runId,
      'pupils',
      [...new Map(named.rows.filter((one) => !isClear(one)).map((one) => [one.row, one])).values()].map(
        ({ row, line }) => ({ row, line, field: 'surname', code: 'ambiguous-pupil' as const }),
      ),
    )),
  )
  const clear = JSON.stringify(named.rows.filter(isClear))
  // Two permanent UPNs are two claims about who this is: which one stays is a person's to say (UPN guide s.6.2).
  await sql`insert into import_verdict (school_urn, run_id, kind, row, pupil_id, verdict, held)
    select app_school(), ${runId}, 'pupils', n.row, case when n.adopted then null else n.pupil end,
      case when n.adopted or n."otherUpn" then 'held' else 'changed' end,
      case when n.adopted then array['adoption'] when n."otherUpn" then array['upn'] else '{}' end
    from jsonb_to_recordset(${clear}::text::jsonb) as n(row int, pupil uuid, adopted boolean, "otherUpn" boolean)`.execute(
    tx,
  )
  await sql`insert into import_verdict (school_urn, run_id, kind, row, pupil_id, verdict)
    select r.school_urn, r.run_id, r.kind, r.row, gen_random_uuid(), 'new'
    from import_row r where ${mine} and ${unmatched}`.execute(tx)
  faults.push(...(await refuseTakenUpns(tx, runId)))
  return faults
}

/**
 * A UPN that another pupil of the register has, unless that pupil gives it up in this very import. An adopted one does not: its
 * numbers are held.
 */
async function refuseTakenUpns(tx: Tx, runId: string): Promise<readonly SetFault[]> {
  const { rows } = await sql<SetFault>`select r.row, r.line, 'upn' as field, 'upn-taken' as code
    from import_row r
    join import_verdict v on v.school_urn = r.school_urn and v.run_id = r.run_id and v.kind = r.kind and v.row = r.row
    join pupil p on p.school_urn = r.school_urn and p.upn = r.upn and p.id is distinct from v.pupil_id
    where r.run_id = ${runId} and r.kind = 'pupils' and v.verdict in ('new', 'changed')
      and not exists (select from import_verdict o
        join import_row s on s.school_urn = o.school_urn and s.run_id = o.run_id and s.kind = o.kind and s.row = o.row
        where o.school_urn = r.school_urn and o.run_id = r.run_id and o.kind = 'pupils' and o.pupil_id = p.id
          and s.body ? 'upn' and s.upn is distinct from p.upn and not ${adopted})`.execute(tx)
  return refuseRows(tx, runId, 'pupils', rows)
}

/** Columns that a new pupil can't do without and that its row doesn't give; `given` are filled in for every new pupil. */
export async function refuseIncomplete(
  tx: Tx,
  runId: string,
  given: readonly string[],
): Promise<readonly SetFault[]> {
  const needed = columnsOf('pupils').filter(({ name, required }) => required && !given.includes(name))
  const { rows } = await sql<SetFault>`select r.row, r.line, n.field, 'required' as code
    from import_row r
    join import_verdict v on v.school_urn = r.school_urn and v.run_id = r.run_id and v.kind = r.kind and v.row = r.row
    cross join jsonb_to_recordset(${JSON.stringify(needed.map(({ name, field }) => ({ name, field })))}::text::jsonb) as n(name text, field text)
    where r.run_id = ${runId} and r.kind = 'pupils' and v.verdict = 'new' and r.body->>n.name is null`.execute(
    tx,
  )
  return refuseRows(tx, runId, 'pupils', rows)
}
