import type { SchoolStore, Store } from '../../src/core/store/index.ts'
import type { Actor } from '../../src/core/vocabulary/index.ts'

export const testActor: Actor = { kind: 'command', name: 'test', role: 'system' }

/** Adds a school to the store and returns its door. */
export async function addSchool(store: Store, urn = '123456'): Promise<SchoolStore> {
  const school = store.school(urn, testActor)
  await school.write((tx) =>
    tx
      .insertInto('school')
      .values({
        school_urn: urn,
        name: `School ${urn}`,
        la_number: '894',
        establishment_number: '2199',
        phase: 'PS',
        governance: 'maintained',
        domain: `school-${urn}.example`,
        controller: `School ${urn}`,
        dpo_contact: 'dpo@example.org',
      })
      .execute(),
  )
  return school
}
