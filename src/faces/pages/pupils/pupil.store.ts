import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import type { MarkKind } from '../../../core/vocabulary/index.ts'

/** What a page needs to call a pupil by. */
export interface PupilCard {
  readonly id: string
  readonly surname: string
  readonly forename: string
  readonly dateOfBirth: string
  readonly yearGroup: string
  readonly registrationGroup: string | null
  readonly leavingDate: string | null
}

/** A pupil's internal id: what stands in addresses instead of a name. */
export const isPupilId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const cards = (tx: Tx) =>
  tx
    .selectFrom('pupil')
    .select([
      'id',
      sql<string>`coalesce(preferred_surname, surname)`.as('surname'),
      sql<string>`coalesce(preferred_forename, forename)`.as('forename'),
      'date_of_birth as dateOfBirth',
      'year_group as yearGroup',
      'registration_group as registrationGroup',
      'leaving_date as leavingDate',
    ])

/**
 * Pupils whose name holds every word, in any order, or whose admission number it is. At most `limit`, those on roll first.
 */
export async function searchPupils(tx: Tx, sought: string, limit: number): Promise<readonly PupilCard[]> {
  const words = sought.trim().split(/\s+/).filter(Boolean).slice(0, 6)
  if (words.length === 0) return []
  const like = (word: string): string => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`
  return cards(tx)
    .where((e) =>
      e.or([
        e('admission_number', '=', sought.trim()),
        e.and(
          words.map(
            (word) =>
              sql<boolean>`concat_ws(' ', forename, preferred_forename, middle_names, surname, preferred_surname) ilike ${like(word)}`,
          ),
        ),
      ]),
    )
    .orderBy(sql`leaving_date is not null`)
    .orderBy(sql`coalesce(preferred_surname, surname)`)
    .orderBy(sql`coalesce(preferred_forename, forename)`)
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function pupilCard(tx: Tx, id: string): Promise<PupilCard | null> {
  if (!isPupilId(id)) return null
  return (await cards(tx).where('id', '=', id).executeTakeFirst()) ?? null
}

/** The names of a pupil's contacts, by id, the first to be called first. */
export async function contactNames(tx: Tx, pupilId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('pupil_contact as pc')
    .innerJoin('contact as c', (join) =>
      join.onRef('c.school_urn', '=', 'pc.school_urn').onRef('c.id', '=', 'pc.contact_id'),
    )
    .select(['c.id', 'c.forename', 'c.surname'])
    .where('pc.pupil_id', '=', pupilId)
    .orderBy('pc.priority')
    .orderBy('c.id')
    .execute()
  return new Map(rows.map((row) => [row.id, `${row.forename} ${row.surname}`]))
}

/** Kinds of the marks on a pupil that have not been lifted. */
export async function markKinds(tx: Tx, pupilId: string, today: string): Promise<readonly MarkKind[]> {
  const rows = await tx
    .selectFrom('protection')
    .select('kind')
    .distinct()
    .where('pupil_id', '=', pupilId)
    .where('lifted_at', 'is', null)
    .where('from_date', '<=', today)
    .where((e) => e.or([e('to_date', 'is', null), e('to_date', '>=', today)]))
    .orderBy('kind')
    .execute()
  return rows.map((row) => row.kind as MarkKind)
}
