import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { changedFields, recordOf } from './columns.ts'
import { refuseRows, type SetFault } from './match-pupils.store.ts'
import { comparable, type NestedKind } from './nested-kinds.ts'

/**
 * Finds the pupil of each row of a kind: by the row that it is nested in, or by the MIS's id. Rows of a pupil who was
 * refused or held wait with the pupil.
 */
export async function findPupilsOfRows(tx: Tx, runId: string, kind: string): Promise<readonly SetFault[]> {
  await sql`insert into import_verdict (school_urn, run_id, kind, row, pupil_id, verdict)
    select r.school_urn, r.run_id, r.kind, r.row, coalesce(o.pupil_id, p.id),
      case when o.verdict in ('held', 'refused', 'repeated') or cardinality(o.held) > 0 then 'held'
        when coalesce(o.pupil_id, p.id) is null then 'refused' else 'changed' end
    from import_row r
    left join import_verdict o on o.school_urn = r.school_urn and o.run_id = r.run_id and o.kind = 'pupils' and o.row = r.parent
    left join pupil p on r.parent is null and p.school_urn = r.school_urn and p.mis_id = r.pupil_key
    where r.run_id = ${runId} and r.kind = ${kind}`.execute(tx)
  const { rows } = await sql<SetFault>`select r.row, r.line, 'pupilMisId' as field, 'unknown-pupil' as code
    from import_row r
    join import_verdict v on v.school_urn = r.school_urn and v.run_id = r.run_id and v.kind = r.kind and v.row = r.row
    where r.run_id = ${runId} and r.kind = ${kind} and v.verdict = 'refused'`.execute(tx)
  return rows
}

/** SQL for a kind's key of the staged record `b`. */
const keyOf = ({ key, columns }: NestedKind): string =>
  key
    .map((name) => comparable(name, columns.find((column) => column.name === name)?.value ?? name))
    .join(', ')

/** Compares the rows of one kind with the register: what is the same row is a matter of the kind's key. */
export async function compareNested(tx: Tx, runId: string, nested: NestedKind): Promise<readonly SetFault[]> {
  const { target, table, key, columns } = nested
  const faults = [...(await findPupilsOfRows(tx, runId, target))]
  const rows = sql`import_verdict v
    join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
    cross join lateral ${sql.raw(recordOf(columns))}`
  const mine = sql`v.run_id = ${runId} and v.kind = ${target} and v.verdict = 'changed'`
  const twice = await sql<
    SetFault & { same: boolean }
  >`select row, line, ${key[0]} as field, 'duplicate' as code, same from (
      select r.row, r.line, min(r.digest) over w = max(r.digest) over w as same, min(r.row) over w as first
      from ${rows} where ${mine}
      window w as (partition by v.pupil_id, ${sql.raw(keyOf(nested))})) x
    where not same or row > first`.execute(tx)
  await sql`update import_verdict set verdict = 'repeated' where run_id = ${runId} and kind = ${target}
    and row = any(${twice.rows.filter(({ same }) => same).map(({ row }) => row)}::int[])`.execute(tx)
  const field = columns.find(({ name }) => name === key[0])?.field ?? ''
  faults.push(
    ...(await refuseRows(
      tx,
      runId,
      target,
      twice.rows.filter(({ same }) => !same).map(({ row, line, code }) => ({ row, line, field, code })),
    )),
  )
  const join = key.map((name) => {
    const value = columns.find((column) => column.name === name)?.value ?? name
    return `${comparable(name, `t.${name}`)} = ${comparable(name, value)}`
  })
  await sql`update import_verdict o set fields = d.fields,
      verdict = case when d.absent then 'new' when cardinality(d.fields) = 0 then 'unchanged' else 'changed' end
    from (select r.row, t.pupil_id is null as absent, ${sql.raw(changedFields(columns))} as fields
      from ${rows} left join ${sql.table(table)} t on t.school_urn = v.school_urn and t.pupil_id = v.pupil_id and ${sql.raw(join.join(' and '))}
      where ${mine} offset 0) d
    where o.school_urn = app_school() and o.run_id = ${runId} and o.kind = ${target} and o.row = d.row`.execute(
    tx,
  )
  return faults
}

/** Rows of the register that a file which is whole for each pupil it names no longer has. */
const gone = (runId: string, nested: NestedKind) => {
  const { target, table, key, columns } = nested
  const join = key.map((name) => {
    const value = columns.find((column) => column.name === name)?.value ?? name
    return `${comparable(name, `t.${name}`)} = ${comparable(name, value)}`
  })
  return sql`${sql.table(table)} t
    where exists (select from import_verdict n where n.school_urn = t.school_urn and n.run_id = ${runId} and n.kind = ${target}
        and n.pupil_id = t.pupil_id and n.verdict <> 'held')
      and not exists (select from import_verdict n where n.school_urn = t.school_urn and n.run_id = ${runId} and n.kind = ${target}
        and n.pupil_id = t.pupil_id and n.verdict = 'refused')
      and not exists (select from import_row f join pupil p on p.school_urn = f.school_urn and p.mis_id = f.pupil_key
        where f.school_urn = t.school_urn and f.run_id = ${runId} and f.kind = 'refused' and p.id = t.pupil_id)
      and not exists (select from import_verdict v
        join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
        cross join lateral ${sql.raw(recordOf(columns))}
        where v.school_urn = t.school_urn and v.run_id = ${runId} and v.kind = ${target} and v.pupil_id = t.pupil_id
          and ${sql.raw(join.join(' and '))})`
}

/** How many rows a whole file would take away, and of how many. */
export async function missingNested(
  tx: Tx,
  runId: string,
  nested: NestedKind,
): Promise<{ missing: number; of: number }> {
  const { rows } = await sql<{ missing: number; of: number }>`select
    (select count(*)::int from ${gone(runId, nested)}) as missing,
    (select count(*)::int from ${sql.table(nested.table)} t where exists (select from import_verdict n
      where n.school_urn = t.school_urn and n.run_id = ${runId} and n.kind = ${nested.target} and n.pupil_id = t.pupil_id)) as of`.execute(
    tx,
  )
  return rows[0] ?? { missing: 0, of: 0 }
}

/** Writes one kind's new and changed rows, and takes away what a whole file no longer has. */
export async function applyNested(tx: Tx, runId: string, nested: NestedKind, whole: boolean): Promise<void> {
  const { target, table, key, columns } = nested
  if (whole) await sql`delete from ${gone(runId, nested)}`.execute(tx)
  const rows = (verdict: 'new' | 'changed') => sql`import_verdict v
    join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
    cross join lateral ${sql.raw(recordOf(columns))}
    where v.run_id = ${runId} and v.kind = ${target} and v.verdict = ${verdict}`
  const names = columns.map(({ name }) => name).join(', ')
  const values = columns.map(({ value }) => value).join(', ')
  const changed = columns.filter(({ name }) => !key.includes(name))
  if (changed.length > 0) {
    await sql`update ${sql.table(table)} t set ${sql.raw(changed.map(({ name }) => `${name} = case when d.body ? '${name}' then d.${name} else t.${name} end`).join(', '))}
      from (select v.pupil_id, r.body, ${sql.raw(columns.map(({ name, value }) => `${value} as ${name}`).join(', '))} from ${rows('changed')} offset 0) d
      where t.school_urn = app_school() and t.pupil_id = d.pupil_id
        and ${sql.raw(key.map((name) => `${comparable(name, `t.${name}`)} = ${comparable(name, `d.${name}`)}`).join(' and '))}`.execute(
      tx,
    )
  }
  // A result has a running number for its pupil.
  const numbered = target === 'assessments'
  const number = sql`, coalesce((select max(a.id) from assessment_result a where a.school_urn = v.school_urn and a.pupil_id = v.pupil_id), 0)
    + (row_number() over (partition by v.pupil_id order by r.row))::int`
  await sql`insert into ${sql.table(table)} (school_urn, pupil_id${sql.raw(numbered ? ', id' : '')}, ${sql.raw(names)})
    select v.school_urn, v.pupil_id${numbered ? number : sql``}, ${sql.raw(values)} from ${rows('new')}`.execute(
    tx,
  )
}
