import type { SchoolStore } from '../core/store/index.ts'
import type { SchoolFacts } from './school-facts.ts'

/** True when this school stands in the store already: the day was played before. */
export const schoolStands = (school: SchoolStore): Promise<boolean> =>
  school.read(
    async (tx) => (await tx.selectFrom('school').select('school_urn').executeTakeFirst()) !== undefined,
  )

/** Puts the school itself into the store. */
export async function foundSchool(school: SchoolStore, facts: SchoolFacts): Promise<void> {
  const { school: s } = facts
  await school.write((tx) =>
    tx
      .insertInto('school')
      .values({
        school_urn: s.urn,
        name: s.name,
        la_number: s.laNumber,
        establishment_number: s.establishmentNumber,
        phase: s.phase,
        governance: s.governance,
        domain: s.domain,
        controller: s.controller,
        dpo_contact: s.dpoContact,
        address: s.address,
        term_dates: JSON.stringify(facts.termDates),
      })
      .execute(),
  )
}
