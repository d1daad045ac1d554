import type { Analytics } from '../analytics/index.ts'
import { inOrder, type PairsOf } from './candidates-sql.ts'
import type { Comparison } from './comparison/levels.ts'
import { countPatterns, type Pattern } from './count-patterns.ts'

/**
 * Random pairs by their levels: nearly all are strangers. The sample is the records with the smallest keyed hashes, so the
 * same data and seed give the same pairs on one thread or many.
 */
export async function samplePairs(
  analytics: Analytics,
  comparisons: readonly Comparison[],
  of: PairsOf,
  pairs: number,
  seed: number,
): Promise<readonly Pattern[]> {
  const size = Math.ceil(of === 'one file' ? (1 + Math.sqrt(1 + 8 * pairs)) / 2 : Math.sqrt(pairs))
  const sample = (source: string): string =>
    `(SELECT * FROM record ${source} ORDER BY hash(n * 1000003 + ${String(seed)}), n LIMIT ${String(size)})`
  const [left, right] =
    of === 'one file' ? [sample(''), sample('')] : [sample('WHERE source = 0'), sample('WHERE source = 1')]
  return countPatterns(analytics, comparisons, `${left} AS l JOIN ${right} AS r ON ${inOrder(of)}`)
}

/** Pairs at each level of comparison `c`; pairs that lack the value are left out. */
export function levelCounts(patterns: readonly Pattern[], c: number, levels: number): readonly number[] {
  const counts = new Array<number>(levels).fill(0)
  for (const { levels: at, pairs } of patterns) {
    const level = at[c] ?? -1
    if (level >= 0) counts[level] = (counts[level] ?? 0) + pairs
  }
  return counts
}
