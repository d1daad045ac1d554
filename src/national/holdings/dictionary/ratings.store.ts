import type { Tx } from '../../../core/store/index.ts'
import type { Route } from '../declare/declaration.ts'

/** A rating in place of the policy’s, from a day on. */
export interface Rating {
  readonly dataset: string
  readonly column: string
  readonly from: string
  readonly risk: number
  readonly sensitivity: 'A' | 'B' | 'C' | 'D' | 'E'
  readonly route: Route
  readonly reason: string
  readonly byName: string
  readonly at: Date
}

export async function addRating(tx: Tx, rating: Rating): Promise<void> {
  await tx
    .insertInto('holdings_rating')
    .values({
      dataset: rating.dataset,
      column_name: rating.column,
      from_date: rating.from,
      risk: rating.risk,
      sensitivity: rating.sensitivity,
      route: rating.route,
      reason: rating.reason,
      by_name: rating.byName,
      at: rating.at,
    })
    .execute()
}

/** Every rating, the earliest first. */
export async function ratings(tx: Tx): Promise<readonly Rating[]> {
  const rows = await tx
    .selectFrom('holdings_rating')
    .selectAll()
    .orderBy('from_date')
    .orderBy('dataset')
    .orderBy('column_name')
    .execute()
  return rows.map((row) => ({
    dataset: row.dataset,
    column: row.column_name,
    from: row.from_date,
    risk: row.risk,
    sensitivity: row.sensitivity as Rating['sensitivity'],
    route: row.route as Route,
    reason: row.reason,
    byName: row.by_name,
    at: row.at,
  }))
}
