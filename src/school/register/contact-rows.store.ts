import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { changedFields, columnsOf, recordOf } from './columns.ts'
import { joinerPrefix, refuseRows, type SetFault } from './match-pupils.store.ts'
import { findPupilsOfRows } from './nested-rows.store.ts'

// A row of a contacts file is a person and, beside it, what that person is to one pupil: two tables.
const all = columnsOf('contacts')
const linkNames = new Set([
  'priority',
  'relationship',
  'parental_responsibility',
  'lives_with_pupil',
  'emergency',
  'may_collect',
  'pays_invoices',
  'court_order',
])
const ofLink = all.filter(({ name }) => linkNames.has(name))
const ofPerson = all.filter(({ name }) => !linkNames.has(name))
const linkList = ofLink.map(({ name }) => `'${name}'`).join(', ')

const staged = sql`import_verdict v
  join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
  cross join lateral ${sql.raw(recordOf(all))}`
const rowsOf = (runId: string, ...verdicts: string[]) =>
  sql`v.run_id = ${runId} and v.kind = 'contacts' and v.verdict = any(${verdicts}::text[])`

/** Compares a contacts file, or the contacts nested in another, with the register. */
export async function compareContacts(tx: Tx, runId: string): Promise<readonly SetFault[]> {
  const faults = [...(await findPupilsOfRows(tx, runId, 'contacts'))]
  // A transfer file's contacts are for pupils who have none; what the own MIS says of a pupil's contacts stands.
  await sql`update import_verdict v set verdict = 'held' from import_row r
    where r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row and r.parent is not null
      and ${rowsOf(runId, 'changed')}
      and exists (select from pupil_contact l join contact c on c.school_urn = l.school_urn and c.id = l.contact_id
        where l.school_urn = v.school_urn and l.pupil_id = v.pupil_id and c.mis_id not like ${`${joinerPrefix}%`})`.execute(
    tx,
  )
  const twice = await sql<
    SetFault & { same: boolean }
  >`select row, line, 'contactMisId' as field, 'duplicate' as code, same from (
      select r.row, r.line, min(r.digest) over w = max(r.digest) over w as same, min(r.row) over w as first
      from ${staged} where ${rowsOf(runId, 'changed')} window w as (partition by v.pupil_id, b.contact_mis_id)) x
    where not same or row > first`.execute(tx)
  await sql`update import_verdict set verdict = 'repeated' where run_id = ${runId} and kind = 'contacts'
    and row = any(${twice.rows.filter(({ same }) => same).map(({ row }) => row)}::int[])`.execute(tx)
  const unequal = twice.rows.filter(({ same }) => !same)
  const differing =
    await sql<SetFault>`select row, line, 'contactMisId' as field, 'contact-differs' as code from (
      select r.row, r.line, min(md5((r.body - array[${sql.raw(linkList)}])::text)) over w as lo,
        max(md5((r.body - array[${sql.raw(linkList)}])::text)) over w as hi
      from ${staged} where ${rowsOf(runId, 'changed')} window w as (partition by b.contact_mis_id)) x
    where lo <> hi`.execute(tx)
  const duplicates = new Set(unequal.map(({ row }) => row))
  faults.push(
    ...(await refuseRows(tx, runId, 'contacts', [
      ...unequal,
      ...differing.rows.filter(({ row }) => !duplicates.has(row)),
    ])),
  )
  const personChanges = changedFields(ofPerson, 'c')
  const linkChanges = changedFields(ofLink, 'l')
  await sql`update import_verdict o set contact_id = d.contact_id, fields = d.fields,
      verdict = case when d.absent then 'new' when cardinality(d.fields) = 0 then 'unchanged' else 'changed' end
    from (select r.row, c.id as contact_id, l.contact_id is null as absent,
        case when c.id is null then '{}' else ${sql.raw(personChanges)} end ||
        case when l.contact_id is null then '{}' else ${sql.raw(linkChanges)} end as fields
      from ${staged}
      left join contact c on c.school_urn = v.school_urn and c.mis_id = r.body->>'contact_mis_id'
      left join pupil_contact l on l.school_urn = v.school_urn and l.pupil_id = v.pupil_id and l.contact_id = c.id
      where ${rowsOf(runId, 'changed')} offset 0) d
    where o.school_urn = app_school() and o.run_id = ${runId} and o.kind = 'contacts' and o.row = d.row`.execute(
    tx,
  )
  return faults
}

/** Contacts whom a whole file no longer names beside a pupil that it does name. */
const gone = (runId: string) => sql`pupil_contact l
  where exists (select from import_verdict n where n.school_urn = l.school_urn and n.run_id = ${runId} and n.kind = 'contacts'
      and n.pupil_id = l.pupil_id)
    and not exists (select from import_verdict n where n.school_urn = l.school_urn and n.run_id = ${runId} and n.kind = 'contacts'
      and n.pupil_id = l.pupil_id and (n.contact_id = l.contact_id or n.verdict in ('refused', 'held')))
    and not exists (select from import_row f join pupil p on p.school_urn = f.school_urn and p.mis_id = f.pupil_key
      where f.school_urn = l.school_urn and f.run_id = ${runId} and f.kind = 'refused' and p.id = l.pupil_id)`

export async function missingContacts(tx: Tx, runId: string): Promise<{ missing: number; of: number }> {
  const { rows } = await sql<{ missing: number; of: number }>`select
    (select count(*)::int from ${gone(runId)}) as missing,
    (select count(*)::int from pupil_contact l where exists (select from import_verdict n where n.school_urn = l.school_urn
      and n.run_id = ${runId} and n.kind = 'contacts' and n.pupil_id = l.pupil_id)) as of`.execute(tx)
  return rows[0] ?? { missing: 0, of: 0 }
}

/** Writes contacts and what they are to their pupils; `whole`: takes away the links that the file no longer has. */
export async function applyContacts(tx: Tx, runId: string, whole: boolean): Promise<void> {
  if (whole) await sql`delete from ${gone(runId)}`.execute(tx)
  const set = (columns: typeof all, alias: string): string =>
    columns
      .map(
        ({ name, value }) =>
          `${name} = case when d.body ? '${name}' then ${value.replace('b.', 'd.')} else ${alias}.${name} end`,
      )
      .join(', ')
  const notNull = (name: string, value: string): string =>
    name === 'forename' ? `coalesce(${value}, '')` : value
  await sql`update contact c set ${sql.raw(set(ofPerson, 'c'))}
    from (select distinct on (v.contact_id) v.contact_id, r.body, b.* from ${staged}
      where ${rowsOf(runId, 'new', 'changed')} and v.contact_id is not null order by v.contact_id, r.row) d
    where c.school_urn = app_school() and c.id = d.contact_id`.execute(tx)
  await sql`insert into contact (school_urn, mis_id, ${sql.raw(ofPerson.map(({ name }) => name).join(', '))})
    select distinct on (b.contact_mis_id) v.school_urn, b.contact_mis_id, ${sql.raw(ofPerson.map(({ name, value }) => notNull(name, value)).join(', '))}
    from ${staged} where ${rowsOf(runId, 'new')} and v.contact_id is null order by b.contact_mis_id, r.row`.execute(
    tx,
  )
  await sql`update pupil_contact l set ${sql.raw(set(ofLink, 'l'))}
    from (select v.pupil_id, v.contact_id, r.body, b.* from ${staged} where ${rowsOf(runId, 'changed')} offset 0) d
    where l.school_urn = app_school() and l.pupil_id = d.pupil_id and l.contact_id = d.contact_id`.execute(tx)
  await sql`insert into pupil_contact (school_urn, pupil_id, contact_id, ${sql.raw(ofLink.map(({ name }) => name).join(', '))})
    select v.school_urn, v.pupil_id, c.id, ${sql.raw(ofLink.map(({ value }) => value).join(', '))}
    from ${staged} join contact c on c.school_urn = v.school_urn and c.mis_id = r.body->>'contact_mis_id'
    where ${rowsOf(runId, 'new')}`.execute(tx)
}
