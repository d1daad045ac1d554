import type { Analytics } from '../analytics/index.ts'
import { candidatesSql, type PairsOf } from './candidates-sql.ts'
import type { TrainingDefinition } from './definition.ts'

/** The share of all pairs that are one person: pairs that the sure rules find, over their recall, over all pairs. */
export async function estimateLambda(
  analytics: Analytics,
  training: Pick<TrainingDefinition, 'sure' | 'recall'>,
  of: PairsOf,
  counts: readonly number[],
): Promise<number> {
  let found = 0
  for (const k of training.sure.keys()) {
    const [row] = await analytics.rows(`SELECT count(*) AS many FROM ${candidatesSql(training.sure, k, of)}`)
    found += Number(row?.['many'])
  }
  const all = allPairs(of, counts)
  return Math.min(0.5, Math.max(0.5, found) / training.recall / Math.max(1, all))
}

/** How many pairs there are at all. */
export function allPairs(of: PairsOf, counts: readonly number[]): number {
  const [a = 0, b = 0] = counts
  return of === 'one file' ? (a * (a - 1)) / 2 : a * b
}
