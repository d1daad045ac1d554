import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { dateInEngland, type ChoiceKind, type ConsentState } from '../../core/vocabulary/index.ts'
import type { Words } from './admit-choice.ts'
import type { NewChoice, RecordedChoice } from './choice.ts'
import type { Relations } from './entitlement.ts'

/** A pupil's whole history of choices, oldest first. */
export async function choicesOf(
  tx: Tx,
  pupilId: string,
  purpose?: string,
): Promise<readonly RecordedChoice[]> {
  const rows = await tx
    .selectFrom('consent_choice')
    .selectAll()
    .where('pupil_id', '=', pupilId)
    .$if(purpose !== undefined, (q) => q.where('purpose', '=', purpose ?? ''))
    .orderBy('sequence')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    sequence: row.sequence,
    pupilId: row.pupil_id,
    purpose: row.purpose,
    kind: row.kind as ChoiceKind,
    state: row.state as ConsentState,
    giver: row.giver as RecordedChoice['giver'],
    giverContactId: row.giver_contact_id,
    wordingId: row.wording_id,
    wordingSha256: row.wording_sha256,
    method: row.method,
    evidence: row.evidence,
    tiedTo: row.tied_to,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
    expiresAt: row.expires_at,
  }))
}

/** What entitlement needs to know of a pupil; null when the school has no such pupil. */
export async function relationsOf(tx: Tx, pupilId: string, at: Date): Promise<Relations | null> {
  const pupil = await tx
    .selectFrom('pupil')
    .select('date_of_birth')
    .where('id', '=', pupilId)
    .executeTakeFirst()
  if (!pupil) return null
  const today = dateInEngland(at)
  const contacts = await tx
    .selectFrom('pupil_contact as pc')
    .select(['pc.contact_id', 'pc.parental_responsibility', 'pc.court_order'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('protection as p')
            .select(sql.lit(1).as('one'))
            .whereRef('p.school_urn', '=', 'pc.school_urn')
            .whereRef('p.pupil_id', '=', 'pc.pupil_id')
            .whereRef('p.contact_id', '=', 'pc.contact_id')
            .where('p.kind', '=', 'court-order')
            .where('p.from_date', '<=', today)
            .where((w) => w.or([w('p.to_date', 'is', null), w('p.to_date', '>=', today)]))
            .where((w) => w.or([w('p.lifted_at', 'is', null), w('p.lifted_at', '>', at)])),
        )
        .as('marked'),
    )
    .where('pc.pupil_id', '=', pupilId)
    .execute()
  return {
    dateOfBirth: pupil.date_of_birth,
    contacts: contacts.map((c) => ({
      contactId: c.contact_id,
      parentalResponsibility: c.parental_responsibility,
      courtOrder: c.court_order || Boolean(c.marked),
    })),
  }
}

/** Appends the states of one choice, in order, and returns the last row's id and place. */
export async function appendChoice(
  tx: Tx,
  school: SchoolStore,
  choice: NewChoice,
  kind: ChoiceKind,
  states: readonly ConsentState[],
  wording: Words,
  at: Date,
): Promise<{ readonly id: string; readonly sequence: number }> {
  let last: { id: string; sequence: number } | undefined
  for (const state of states) {
    last = await tx
      .insertInto('consent_choice')
      .values({
        school_urn: school.urn,
        pupil_id: choice.pupilId,
        purpose: choice.purpose,
        kind,
        state,
        giver: choice.giver.kind,
        giver_contact_id: choice.giver.kind === 'contact' ? choice.giver.contactId : null,
        wording_id: wording.id,
        wording_sha256: wording.sha256,
        method: choice.method,
        evidence: choice.evidence?.trim() ?? '',
        tied_to: choice.tiedTo?.trim() ?? null,
        recorded_at: at,
        recorded_by: school.actor.name,
        expires_at: choice.expiresAt ?? null,
      })
      .returning(['id', 'sequence'])
      .executeTakeFirstOrThrow()
  }
  if (!last) throw new Error('a choice was recorded without a state')
  return last
}
