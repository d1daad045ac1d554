import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/**
 * Nothing of a former identity may stand beside an adopted pupil's new one (UPN guide s.6.5). What was sent under it is for
 * a named person to sever: a task says so until it is done.
 */
export async function markAdopted(tx: Tx, pupilIds: readonly string[], at: Date): Promise<void> {
  await sql`update pupil set adopted = true, former_upn = null, former_surname = null, former_forename = null
    where id = any(${pupilIds}::uuid[])`.execute(tx)
  await sql`insert into task (school_urn, kind, for_role, title, detail, dedupe_key, opened_at)
    select app_school(), 'identity-to-sever', 'dpo', 'An adoption was recorded: sever the pupil’s former identity',
      jsonb_build_object('pupilId', id), 'identity-to-sever:' || id, ${at}
    from unnest(${pupilIds}::uuid[]) as id
    on conflict (school_urn, dedupe_key) where closed_at is null and dedupe_key is not null do nothing`.execute(
    tx,
  )
}

/** Pupils whom this import's own rows call adopted, in either way that a file can: theirs is marked like any other. */
export async function markAdoptedRows(tx: Tx, runId: string, at: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`select p.id from import_verdict v
    join pupil p on p.school_urn = v.school_urn and p.id = v.pupil_id
    where v.run_id = ${runId} and v.kind = 'pupils' and p.adopted
      and (v.verdict = 'new' or v.verdict = 'changed' and 'adopted' = any(v.fields))`.execute(tx)
  if (rows.length > 0)
    await markAdopted(
      tx,
      rows.map(({ id }) => id),
      at,
    )
}

export interface NewIdentity {
  readonly pupilId: string
  /** The id of the new record that the MIS holds for the pupil; null: the MIS keeps its record and its id. */
  readonly misId: string | null
  /** The old UPN may be kept only with the adoptive parents' and the authority's express permission (UPN guide s.6.5). */
  readonly keepUpn: boolean
}

/**
 * Gives an adopted pupil a new reference, from which recipients' codes are made, and takes the old numbers away: UPN (unless
 * it may stay), ULN, former names, the digest of the imported row. What hangs on the pupil follows; what names the old
 * reference elsewhere leads nowhere. Open tasks about the pupil go on under the new one. Returns it.
 * @throws GatehouseError `not-found`; `conflict` when the pupil is not marked as adopted, or the MIS id is another pupil's.
 */
export async function renewIdentity(
  tx: Tx,
  school: SchoolStore,
  { pupilId, misId, keepUpn }: NewIdentity,
  at: Date,
): Promise<string> {
  const { rows } = await sql<{ adopted: boolean; taken: boolean }>`select
      p.adopted or exists (select from protection m where m.school_urn = p.school_urn and m.pupil_id = p.id
        and m.kind = 'adoption' and m.lifted_at is null) as adopted,
      exists (select from pupil o where o.school_urn = p.school_urn and o.mis_id = ${misId} and o.id <> p.id) as taken
    from pupil p where p.id = ${pupilId}::uuid`.execute(tx)
  const [found] = rows
  if (!found) throw new GatehouseError('not-found', 'The register has no such pupil.')
  if (!found.adopted) {
    throw new GatehouseError('conflict', 'Only an adopted pupil’s identity is severed.', {
      todo: 'Record the adoption first (office sheet “Protections”).',
    })
  }
  if (found.taken) {
    throw new GatehouseError('conflict', 'Another pupil of the register has this MIS id.', {
      todo: 'Sever before the MIS’s new record is imported, or take that record out first.',
    })
  }
  const reference = randomUUID()
  // Before the number changes: a return that was built has the former identity in the pupil's place.
  await sql`delete from return_pupil where pupil_id = ${pupilId}::uuid`.execute(tx)
  await sql`update pupil set id = ${reference}::uuid, adopted = true, former_upn = null, former_surname = null,
      former_forename = null, uln = null, upn = case when ${keepUpn} then upn end, mis_id = coalesce(${misId}, mis_id),
      source_digest = '', updated_at = ${at}
    where id = ${pupilId}::uuid`.execute(tx)
  await sql`update task set closed_at = ${at}, closed_by = ${school.actor.name}, outcome = 'severed'
    where dedupe_key = ${`identity-to-sever:${pupilId}`} and closed_at is null`.execute(tx)
  await sql`update task set detail = replace(detail::text, ${pupilId}, ${reference})::jsonb,
      dedupe_key = replace(dedupe_key, ${pupilId}, ${reference})
    where closed_at is null and (detail::text like ${`%${pupilId}%`} or dedupe_key like ${`%${pupilId}%`})`.execute(
    tx,
  )
  // What was closed about the former identity must not name the pupil beside what is open about the new one.
  await sql`update task set detail = '{}', dedupe_key = null
    where closed_at is not null and (detail::text like ${`%${pupilId}%`} or dedupe_key like ${`%${pupilId}%`})`.execute(
    tx,
  )
  return reference
}
