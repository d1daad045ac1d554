import { randomUUID } from 'node:crypto'
import type { Tx } from '../../../core/store/index.ts'
import type { PartitionId } from '../keep/places.ts'

export interface RetentionDecision {
  readonly of: PartitionId
  readonly kind: 'keep' | 'destroy'
  /** `YYYY-MM-DD`; null: without an end. */
  readonly until: string | null
  readonly reason: string
  readonly byName: string
  readonly at: Date
}

export async function addRetention(
  tx: Tx,
  { of, kind, until, reason, byName, at }: RetentionDecision,
): Promise<void> {
  await tx
    .insertInto('holdings_retention')
    .values({
      id: randomUUID(),
      dataset: of.dataset,
      academic_year: of.academicYear,
      term: of.term,
      version: of.version,
      kind,
      until,
      reason,
      by_name: byName,
      at,
    })
    .execute()
}

/** Every decision, the last first. */
export async function retentionDecisions(tx: Tx): Promise<readonly RetentionDecision[]> {
  const rows = await tx
    .selectFrom('holdings_retention')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    of: { dataset: row.dataset, academicYear: row.academic_year, term: row.term, version: row.version },
    kind: row.kind === 'destroy' ? 'destroy' : 'keep',
    until: row.until,
    reason: row.reason,
    byName: row.by_name,
    at: row.at,
  }))
}

export const destroyedPartitions = async (tx: Tx): Promise<readonly PartitionId[]> =>
  (await retentionDecisions(tx)).filter(({ kind }) => kind === 'destroy').map(({ of }) => of)
