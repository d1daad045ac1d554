import type { SchoolStore } from '../../src/core/store/index.ts'

const forenames = [
  'Amelia',
  'Noor',
  'Zoë',
  'Kai',
  'Lily',
  'Tomasz',
  'Ivy',
  'Callum',
  'Aisha',
  'Siân',
  'Leo',
  'Mei',
]
const surnames = ['Jones', 'Okafor', 'O’Neill', 'Nowak', 'Smith-Hughes', 'Ali', 'Price', 'Łuczak']
const yearGroups = ['N1', 'R', '1', '2', '3', '4', '5', '6']

/** Ninety-six invented pupils with a parent each, some protected, some with a recorded choice. */
export async function addPupils(school: SchoolStore): Promise<readonly string[]> {
  const { urn } = school
  return school.write(async (tx) => {
    const ids: string[] = []
    for (let n = 0; n < 96; n++) {
      const { id } = await tx
        .insertInto('pupil')
        .values({
          school_urn: urn,
          mis_id: `P${n}`,
          admission_number: String(2000 + n),
          surname: surnames[n % surnames.length] ?? '',
          forename: forenames[n % forenames.length] ?? '',
          date_of_birth: `${2023 - (n % 8)}-0${(n % 9) + 1}-14`,
          sex: n % 2 === 0 ? 'F' : 'M',
          year_group: yearGroups[n % 8] ?? '',
          registration_group: `${yearGroups[n % 8] ?? ''}${n % 2 === 0 ? 'A' : 'B'}`,
          enrolment_status: 'C',
          entry_date: '2025-09-01',
          postcode: 'TF1 1AA',
          town: 'Telford',
          source_digest: 'played',
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      ids.push(id)
      const contact = await tx
        .insertInto('contact')
        .values({
          school_urn: urn,
          mis_id: `C${n}`,
          surname: surnames[n % surnames.length] ?? '',
          forename: 'Morgan',
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx
        .insertInto('pupil_contact')
        .values({
          school_urn: urn,
          pupil_id: id,
          contact_id: contact.id,
          priority: 1,
          relationship: 'PAR',
          parental_responsibility: true,
        })
        .execute()
    }
    for (const [n, kind] of [
      [8, 'confidential-address'],
      [21, 'restriction'],
      [34, 'adoption'],
    ] as const) {
      await tx
        .insertInto('protection')
        .values({
          school_urn: urn,
          pupil_id: ids[n] ?? '',
          kind,
          from_date: '2026-01-01',
          recorded_by: 'Sam Lead',
          ground: 'Told by the family',
        })
        .execute()
    }
    await tx
      .insertInto('task')
      .values([
        {
          school_urn: urn,
          kind: 'consent-disagreement',
          for_role: 'dpo',
          title: 'People entitled to choose for a pupil disagree; nothing is shared meanwhile',
          detail: JSON.stringify({ pupilId: ids[3] }),
          opened_at: new Date('2026-11-17T09:00:00Z'),
          due_at: new Date('2026-11-23T17:00:00Z'),
        },
        {
          school_urn: urn,
          kind: 'delivery-dead',
          for_role: 'office',
          title: 'A file could not be delivered: the recipient’s server does not answer',
          detail: JSON.stringify({ agreementId: 'nationwide' }),
          opened_at: new Date('2026-11-24T06:00:00Z'),
        },
      ])
      .execute()
    return ids
  })
}
