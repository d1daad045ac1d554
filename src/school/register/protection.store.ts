import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError, isIsoDate, type MarkKind } from '../../core/vocabulary/index.ts'
import { markAdopted } from './adoption.store.ts'

export interface NewProtection {
  readonly pupilId: string
  readonly kind: MarkKind
  /** The agreement it concerns; null: every one. An objection must name it. */
  readonly agreementId: string | null
  /** Who may still have what the mark withholds. */
  readonly allowedRecipients: readonly string[]
  /** court-order: the person it binds. */
  readonly contactId: string | null
  readonly fromDate: string
  readonly toDate: string | null
  /** A reference to the order, decision or request: never the story. */
  readonly ground: string
}

/**
 * Puts a mark on a pupil, from its first day on. An adoption also removes what the register holds of a former identity, and
 * opens the task to sever it from what was sent.
 * @throws GatehouseError `bad-input` for what can't be a mark, `conflict` when pupil or contact is not there.
 */
export async function recordProtection(school: SchoolStore, mark: NewProtection, at: Date): Promise<string> {
  const bad = (what: string): never => {
    throw new GatehouseError('bad-input', what, { where: 'the protection' })
  }
  if (!isIsoDate(mark.fromDate) || (mark.toDate !== null && !isIsoDate(mark.toDate)))
    bad('A date is not a date.')
  if (mark.toDate !== null && mark.toDate < mark.fromDate) bad('It would end before it begins.')
  if (mark.kind === 'adoption' && mark.toDate !== null) bad('An adoption does not end.')
  if (mark.ground.trim() === '') bad('A protection needs its ground.')
  if (mark.kind === 'objection' && mark.agreementId === null)
    bad('An objection names the agreement objected to.')
  return school.write(async (tx) => {
    if (mark.contactId !== null) {
      const link = await tx
        .selectFrom('pupil_contact')
        .select('contact_id')
        .where('pupil_id', '=', mark.pupilId)
        .where('contact_id', '=', mark.contactId)
        .executeTakeFirst()
      if (!link)
        throw new GatehouseError('conflict', 'This person is no contact of the pupil.', {
          where: 'the protection',
        })
    }
    const { id } = await tx
      .insertInto('protection')
      .values({
        school_urn: school.urn,
        pupil_id: mark.pupilId,
        kind: mark.kind,
        agreement_id: mark.agreementId,
        allowed_recipients: [...mark.allowedRecipients],
        contact_id: mark.contactId,
        from_date: mark.fromDate,
        to_date: mark.toDate,
        ground: mark.ground.trim(),
        recorded_by: school.actor.name,
        recorded_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    if (mark.kind === 'adoption') await markAdopted(tx, [mark.pupilId], at)
    return id
  })
}

/**
 * Lifts a mark from now on; the row stays, with who lifted it. A pupil once marked as adopted stays so.
 * @throws GatehouseError `not-found` when there is no such mark in force.
 */
export const liftProtection = (school: SchoolStore, id: string, at: Date): Promise<void> =>
  school.write(async (tx) => {
    const lifted = await tx
      .updateTable('protection')
      .set({ lifted_at: at, lifted_by: school.actor.name })
      .where('id', '=', id)
      .where('lifted_at', 'is', null)
      .returning('id')
      .execute()
    if (lifted.length === 0) {
      throw new GatehouseError('not-found', 'There is no such protection, or it was lifted already.', {
        where: 'the protection',
      })
    }
  })
