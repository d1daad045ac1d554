import type { Tx } from '../../../core/store/index.ts'
import type { PartitionId } from '../keep/places.ts'

export interface IdentityReading {
  readonly id: string
  readonly at: Date
  readonly byName: string
  readonly byRole: string
  readonly purpose: string
  readonly of: PartitionId
}

export async function recordReading(
  tx: Tx,
  { id, at, byName, byRole, purpose, of }: IdentityReading,
): Promise<void> {
  await tx
    .insertInto('identity_reading')
    .values({
      id,
      at,
      by_name: byName,
      by_role: byRole,
      purpose,
      dataset: of.dataset,
      academic_year: of.academicYear,
      term: of.term,
      version: of.version,
    })
    .execute()
}

/** Who read identities, the last first. */
export async function identityReadings(tx: Tx, most = 100): Promise<readonly IdentityReading[]> {
  const rows = await tx
    .selectFrom('identity_reading')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    byName: row.by_name,
    byRole: row.by_role,
    purpose: row.purpose,
    of: { dataset: row.dataset, academicYear: row.academic_year, term: row.term, version: row.version },
  }))
}
