import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { markAdopted } from './adoption.store.ts'
import type { ChoicesFollowed, ChoicesSource, WordingHashes } from './choices-source.ts'
import { columnsOf, recordOf } from './columns.ts'
import { refuseRows, type SetFault } from './match-pupils.store.ts'
import { findPupilsOfRows } from './nested-rows.store.ts'

// The office's own sheets: marks that protect a pupil, and people's choices. Neither is ever taken away by a file.
const protections = columnsOf('protections')
const consents = columnsOf('consents')

const staged = (record: string) => sql`import_verdict v
  join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
  cross join lateral ${sql.raw(record)}`
const rowsOf = (runId: string, kind: string, ...verdicts: string[]) =>
  sql`v.run_id = ${runId} and v.kind = ${kind} and v.verdict = any(${verdicts}::text[])`

/** Finds pupil and contact of each row; a contact counts only when it is this pupil's. */
async function findPeople(
  tx: Tx,
  runId: string,
  kind: 'protections' | 'consents',
  record: string,
): Promise<readonly SetFault[]> {
  const faults = [...(await findPupilsOfRows(tx, runId, kind))]
  await sql`update import_verdict o set contact_id = d.id
    from (select r.row, c.id from import_verdict v
      join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
      join contact c on c.school_urn = v.school_urn and c.mis_id = r.body->>'contact_mis_id'
      join pupil_contact l on l.school_urn = v.school_urn and l.pupil_id = v.pupil_id and l.contact_id = c.id
      where ${rowsOf(runId, kind, 'changed')}) d
    where o.school_urn = app_school() and o.run_id = ${runId} and o.kind = ${kind} and o.row = d.row`.execute(
    tx,
  )
  const { rows } =
    await sql<SetFault>`select r.row, r.line, 'contactMisId' as field, 'unknown-contact' as code from ${staged(record)}
    where ${rowsOf(runId, kind, 'changed')} and b.contact_mis_id is not null and v.contact_id is null`.execute(
      tx,
    )
  faults.push(...(await refuseRows(tx, runId, kind, rows)))
  return faults
}

/** Equal rows count once; rows of one key that say different things are both refused. */
async function refuseTwice(
  tx: Tx,
  runId: string,
  kind: string,
  record: string,
  key: string,
  field: string,
): Promise<readonly SetFault[]> {
  const { rows } = await sql<
    SetFault & { same: boolean }
  >`select row, line, ${field} as field, 'duplicate' as code, same from (
      select r.row, r.line, min(r.digest) over w = max(r.digest) over w as same, min(r.row) over w as first
      from ${staged(record)} where ${rowsOf(runId, kind, 'changed')} window w as (partition by v.pupil_id, v.contact_id, ${sql.raw(key)})) x
    where not same or row > first`.execute(tx)
  await sql`update import_verdict set verdict = 'repeated' where run_id = ${runId} and kind = ${kind}
    and row = any(${rows.filter(({ same }) => same).map(({ row }) => row)}::int[])`.execute(tx)
  return refuseRows(
    tx,
    runId,
    kind,
    rows.filter(({ same }) => !same),
  )
}

/** A mark is the same mark when pupil, kind, agreement, contact and first day agree; one that a person lifted stays lifted. */
const sameMark = sql`t.school_urn = v.school_urn and t.pupil_id = v.pupil_id and t.kind = b.kind and t.from_date = b.from_date
  and t.agreement_id is not distinct from b.agreement_id and t.contact_id is not distinct from v.contact_id`

export async function compareProtections(tx: Tx, runId: string): Promise<readonly SetFault[]> {
  const record = recordOf(protections)
  const faults = [
    ...(await findPeople(tx, runId, 'protections', record)),
    ...(await refuseTwice(tx, runId, 'protections', record, 'b.kind, b.agreement_id, b.from_date', 'kind')),
  ]
  // Only where a policy is loaded can an agreement be known; a name with a slip would protect nothing, silently.
  const nameless =
    await sql<SetFault>`select r.row, r.line, 'agreementId' as field, 'unknown-agreement' as code
    from ${staged(record)} where ${rowsOf(runId, 'protections', 'changed')} and b.agreement_id is not null
      and exists (select from policy_document where kind = 'agreement')
      and not exists (select from policy_document a where a.school_urn = v.school_urn and a.kind = 'agreement' and a.id = b.agreement_id)`.execute(
      tx,
    )
  faults.push(...(await refuseRows(tx, runId, 'protections', nameless.rows)))
  await sql`update import_verdict o set fields = d.fields,
      verdict = case when d.id is null then 'new' when cardinality(d.fields) = 0 then 'unchanged' else 'changed' end
    from (select distinct on (r.row) r.row, t.id, case when t.lifted_at is not null then '{}' else array_remove(array[
        case when r.body ? 'allowed_recipients' and t.allowed_recipients is distinct from coalesce(b.allowed_recipients, '{}') then 'allowedRecipients' end,
        case when r.body ? 'to_date' and t.to_date is distinct from b.to_date then 'toDate' end,
        case when t.ground is distinct from b.ground then 'ground' end]::text[], null) end as fields
      from ${staged(record)} left join protection t on ${sameMark}
      where ${rowsOf(runId, 'protections', 'changed')} order by r.row, t.lifted_at nulls first offset 0) d
    where o.school_urn = app_school() and o.run_id = ${runId} and o.kind = 'protections' and o.row = d.row`.execute(
    tx,
  )
  return faults
}

export async function applyProtections(tx: Tx, runId: string, by: string, at: Date): Promise<void> {
  const record = recordOf(protections)
  await sql`update protection t set ground = b.ground,
      to_date = case when r.body ? 'to_date' then b.to_date else t.to_date end,
      allowed_recipients = case when r.body ? 'allowed_recipients' then coalesce(b.allowed_recipients, '{}') else t.allowed_recipients end
    from ${staged(record)} where ${rowsOf(runId, 'protections', 'changed')} and ${sameMark} and t.lifted_at is null`.execute(
    tx,
  )
  await sql`insert into protection (school_urn, pupil_id, kind, agreement_id, allowed_recipients, contact_id, from_date, to_date, recorded_by, recorded_at, ground)
    select v.school_urn, v.pupil_id, b.kind, b.agreement_id, coalesce(b.allowed_recipients, '{}'), v.contact_id, b.from_date, b.to_date, ${by}, ${at}, b.ground
    from ${staged(record)} where ${rowsOf(runId, 'protections', 'new')}`.execute(tx)
  const { rows } = await sql<{ pupil_id: string }>`select v.pupil_id from ${staged(record)}
    where ${rowsOf(runId, 'protections', 'new', 'changed')} and b.kind = 'adoption'`.execute(tx)
  await markAdopted(
    tx,
    rows.map((row) => row.pupil_id),
    at,
  )
}

/** A choice is the same choice when who, what, on which wording and when agree. Choices are only ever added. */
export async function compareConsents(
  tx: Tx,
  runId: string,
  wordings: WordingHashes,
): Promise<readonly SetFault[]> {
  const record = recordOf(consents)
  const faults = [...(await findPeople(tx, runId, 'consents', record))]
  const known = JSON.stringify([...wordings].map(([id, { purpose, kind }]) => ({ id, purpose, kind })))
  const unknown =
    await sql<SetFault>`select r.row, r.line, 'wordingId' as field, 'unknown-wording' as code from ${staged(record)}
    where ${rowsOf(runId, 'consents', 'changed')} and not exists (
      select from jsonb_to_recordset(${known}::text::jsonb) as w(id text, purpose text, kind text)
      where w.id = b.wording_id and w.purpose = b.purpose and coalesce(w.kind, b.kind) = b.kind)`.execute(tx)
  faults.push(...(await refuseRows(tx, runId, 'consents', unknown.rows)))
  faults.push(
    ...(await refuseTwice(
      tx,
      runId,
      'consents',
      record,
      'b.purpose, b.kind, b.giver, b.tied_to, b.recorded_at',
      'purpose',
    )),
  )
  await sql`update import_verdict o set verdict = case when d.known then 'unchanged' else 'new' end
    from (select r.row, exists (select from consent_choice t where t.school_urn = v.school_urn and t.pupil_id = v.pupil_id
        and t.purpose = b.purpose and t.kind = b.kind and t.state = b.state and t.giver = b.giver
        and t.giver_contact_id is not distinct from v.contact_id and t.wording_id = b.wording_id
        and t.tied_to is not distinct from b.tied_to and t.recorded_at = b.recorded_at) as known
      from ${staged(record)} where ${rowsOf(runId, 'consents', 'changed')} offset 0) d
    where o.school_urn = app_school() and o.run_id = ${runId} and o.kind = 'consents' and o.row = d.row`.execute(
    tx,
  )
  faults.push(...(await refuseOlder(tx, runId, record)))
  return faults
}

/**
 * A sheet that comes late would put an old yes after a no: of one giver the choice recorded last counts. The school's own end
 * is a later choice too.
 */
async function refuseOlder(tx: Tx, runId: string, record: string): Promise<readonly SetFault[]> {
  const { rows } =
    await sql<SetFault>`select r.row, r.line, 'recordedAt' as field, 'older-choice' as code from ${staged(record)}
    where ${rowsOf(runId, 'consents', 'new')} and exists (select from consent_choice t
      where t.school_urn = v.school_urn and t.pupil_id = v.pupil_id and t.purpose = b.purpose and t.kind = b.kind
        and (t.giver = 'school' or t.giver = b.giver and t.giver_contact_id is not distinct from v.contact_id)
        and t.state not in ('requested', 'deferred') and t.recorded_at > b.recorded_at)`.execute(tx)
  return refuseRows(tx, runId, 'consents', rows)
}

/**
 * Adds choices in the order in which they were made, so that the newest has the highest sequence, and has done what they ask
 * for.
 */
export async function applyConsents(
  tx: Tx,
  runId: string,
  by: string,
  { wordings, follow }: ChoicesSource,
): Promise<ChoicesFollowed> {
  const { last } = await tx
    .selectFrom('consent_choice')
    .select(({ fn }) => fn.max<number | null>('sequence').as('last'))
    .executeTakeFirstOrThrow()
  const known = JSON.stringify([...wordings].map(([id, { sha256 }]) => ({ id, sha256 })))
  await sql`insert into consent_choice (school_urn, pupil_id, purpose, kind, state, giver, giver_contact_id, wording_id, wording_sha256,
      method, evidence, tied_to, recorded_at, recorded_by, expires_at)
    select v.school_urn, v.pupil_id, b.purpose, b.kind, b.state, b.giver, v.contact_id, b.wording_id, w.sha256,
      b.method, coalesce(b.evidence, ''), b.tied_to, b.recorded_at, ${by}, b.expires_at
    from ${staged(recordOf(consents))}
    join jsonb_to_recordset(${known}::text::jsonb) as w(id text, sha256 text) on w.id = b.wording_id
    where ${rowsOf(runId, 'consents', 'new')} order by b.recorded_at, r.row`.execute(tx)
  // What follows asks the settled tables for one pupil at a time: no more bulk, for which nested loops were ruled out.
  await sql`set local enable_nestloop = on`.execute(tx)
  return follow(tx, last ?? 0)
}
