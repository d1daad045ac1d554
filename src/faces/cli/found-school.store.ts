import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { SchoolFile } from './found-school.ts'

export async function insertSchool(school: SchoolStore, { school: s, termDates }: SchoolFile): Promise<void> {
  await school.write(async (tx) => {
    if (await tx.selectFrom('school').select('school_urn').executeTakeFirst()) {
      throw new GatehouseError('conflict', 'This school stands in the store already.', { where: s.urn })
    }
    await tx
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
        term_dates: JSON.stringify(termDates),
      })
      .execute()
  })
}
