import type { Analytics } from '../analytics/index.ts'
import { candidatesSql, type PairsOf } from './candidates-sql.ts'
import { comparisonOf, type Comparison } from './comparison/levels.ts'
import { countPatterns, type Pattern } from './count-patterns.ts'
import type { LinkageDefinition } from './definition.ts'
import { estimateLambda } from './estimate-lambda.ts'
import { expectMatches, smoothed } from './estimate-m.ts'
import { levelCounts, samplePairs } from './estimate-u.ts'
import type { LinkageModel } from './model.ts'

/** Learns a model from the records that are loaded. Nothing is told which pairs are true: it is unsupervised. */
export async function train(
  analytics: Analytics,
  definition: LinkageDefinition,
  of: PairsOf,
  counts: readonly number[],
): Promise<LinkageModel> {
  const { training } = definition
  const comparisons = definition.comparisons.map(comparisonOf)
  const lambda = await estimateLambda(analytics, training, of, counts)
  const random = await samplePairs(analytics, comparisons, of, training.pairs, training.seed)
  const anyone = comparisons.map(({ levels }, c) => levelCounts(random, c, levels.length))
  const rounds: LearnedRound[] = []
  for (const rule of training.learn) {
    const learned = comparisons.flatMap((each, c) =>
      each.fields.some((field) => rule.includes(field)) ? [] : [c],
    )
    const from = `(SELECT l, r FROM ${candidatesSql([rule], 0, of)} ORDER BY hash(l.n * 1000003 + r.n) LIMIT ${String(training.roundPairs)})`
    const patterns = await countPatterns(
      analytics,
      learned.flatMap((c) => comparisons[c] ?? []),
      from,
    )
    rounds.push({ learned, patterns })
  }
  // Among random pairs some match too: what they add to u is taken off again, once m is known.
  let u: readonly (readonly number[])[] = anyone.map(smoothed)
  let m: readonly (readonly number[])[] = comparisons.map(likely)
  for (let pass = 0; pass < 3; pass++) {
    m = learn(comparisons, rounds, u, m)
    u = anyone.map((seen, c) => strangers(seen, m[c] ?? [], lambda))
  }
  return {
    lambda,
    seed: training.seed,
    comparisons: comparisons.map(({ name, levels }, c) => ({
      name,
      levels: levels.map(({ label }, level) => {
        const [mi, ui] = [m[c]?.[level] ?? 0, u[c]?.[level] ?? 0]
        return { label, m: mi, u: ui, weight: Math.log2(mi / ui), seen: (anyone[c]?.[level] ?? 0) > 0 }
      }),
    })),
  }
}

interface LearnedRound {
  /** The comparisons of which the round can learn, by their position. */
  readonly learned: readonly number[]
  readonly patterns: readonly Pattern[]
}

/** Where learning starts: most matching pairs agree. */
function likely({ levels }: Comparison): readonly number[] {
  const rest = 0.1 / Math.max(1, levels.length - 1)
  return levels.map((_, level) => (level === 0 ? 0.9 : rest))
}

function learn(
  comparisons: readonly Comparison[],
  rounds: readonly LearnedRound[],
  u: readonly (readonly number[])[],
  start: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const counts = comparisons.map(({ levels }) => levels.map(() => 0))
  for (const { learned, patterns } of rounds) {
    const { matches } = expectMatches(
      patterns,
      learned.map((c) => u[c] ?? []),
      learned.map((c) => start[c] ?? []),
    )
    learned.forEach((c, i) => {
      const total = counts[c]
      matches[i]?.forEach((many, level) => {
        if (total) total[level] = (total[level] ?? 0) + many
      })
    })
  }
  return counts.map((each, c) => (each.some((many) => many > 0) ? smoothed(each) : (start[c] ?? [])))
}

/** What strangers do: what random pairs do, less the share of them that match. Never quite nothing. */
function strangers(seen: readonly number[], m: readonly number[], lambda: number): readonly number[] {
  const pairs = seen.reduce((sum, each) => sum + each, 0)
  return smoothed(seen.map((each, level) => Math.max(0, each - lambda * pairs * (m[level] ?? 0))))
}
