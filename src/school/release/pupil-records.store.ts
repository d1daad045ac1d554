import { sql } from 'kysely'
import type { Asked, ContactRecord, PupilRecord } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { Choice, ItemId, Mark, Value } from '../../core/vocabulary/index.ts'

/**
 * Reads what a decision about these pupils looks at, plainly: rows as the register has them, with no test but the pupil's id
 * and the instant. It shares nothing with the statements that `core/decide` compiles, so that the two can be held against
 * each other.
 */
export async function takeRecords(
  tx: Tx,
  asked: Asked,
  pupilIds: readonly string[],
  at: Date,
): Promise<readonly PupilRecord[]> {
  if (pupilIds.length === 0) return []
  const ofThese = sql<boolean>`pupil_id = any(${pupilIds}::text[]::uuid[])`
  const columns = [...asked.items].map((item) => sql<Value>`${sql.id(item)}`.as(item))
  const pupils = await tx
    .selectFrom('pupil_facts')
    .select(['pupil_id', sql<Value>`"pupil.dateOfBirth"`.as('born'), ...columns])
    .where(ofThese)
    .execute()
  const contacts = await tx.selectFrom('contact_facts').selectAll().where(ofThese).execute()
  const marks = await tx
    .selectFrom('protection_reach')
    .select(['pupil_id', 'kind', 'agreement_id', 'allowed_recipients', 'contact_id', 'from_date', 'to_date'])
    .where(ofThese)
    .where((or) => or.or([or('lifted_at', 'is', null), or('lifted_at', '>', at)]))
    .execute()
  const choices = await tx
    .selectFrom('consent_choice')
    .selectAll()
    .where(ofThese)
    .where(sql<boolean>`purpose = any(${[...asked.purposes]}::text[])`)
    .where('recorded_at', '<=', at)
    .orderBy('sequence')
    .execute()
  const [contactsOf, marksOf, choicesOf] = [byPupil(contacts), byPupil(marks), byPupil(choices)]
  return pupils.map((pupil) => {
    const pupilId = pupil.pupil_id
    return {
      pupilId,
      dateOfBirth: String(pupil.born),
      values: itemsOf(pupil),
      contacts: (contactsOf.get(pupilId) ?? []).map((row): ContactRecord => ({
        contactId: row.contact_id,
        parentalResponsibility: row['contact.parentalResponsibility'] === true,
        courtOrder: row.court_order !== false,
        priority: row['contact.priority'] ?? 0,
        values: itemsOf(row),
      })),
      marks: (marksOf.get(pupilId) ?? []).map((row): Mark => ({
        kind: row.kind as Mark['kind'],
        agreementId: row.agreement_id,
        allowedRecipients: row.allowed_recipients ?? [],
        contactId: row.contact_id,
        from: row.from_date ?? '',
        to: row.to_date,
      })),
      choices: (choicesOf.get(pupilId) ?? []).map((row): Omit<Choice, 'entitled'> => ({
        sequence: row.sequence,
        purpose: row.purpose,
        kind: row.kind as Choice['kind'],
        state: row.state as Choice['state'],
        giver: row.giver as Choice['giver'],
        giverId: row.giver_contact_id,
        wordingSha256: row.wording_sha256,
        written: ['paper', 'portal', 'written'].includes(row.method),
        tiedTo: row.tied_to,
        recordedAt: row.recorded_at,
        expiresAt: row.expires_at,
      })),
    }
  })
}

const byPupil = <T extends { readonly pupil_id: string | null }>(
  rows: readonly T[],
): ReadonlyMap<string, readonly T[]> => Map.groupBy(rows, ({ pupil_id }) => pupil_id ?? '')

/** The columns of a view that are items; the others have no dot in their name. */
const itemsOf = (row: object): Readonly<Record<ItemId, Value>> =>
  Object.fromEntries(Object.entries(row).filter(([column]) => column.includes('.')))
