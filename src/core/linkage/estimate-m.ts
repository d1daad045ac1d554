import type { Pattern } from './count-patterns.ts'

/** What a round learned: the expected number of matching pairs at each level, a comparison each. */
export interface Round {
  readonly matches: readonly (readonly number[])[]
  readonly rounds: number
}

const enough = 1e-5
const most = 200

/**
 * Expectation-maximisation over patterns (Fellegi–Sunter, u fixed): the share of matches among these pairs and m are
 * learned together. Comparisons are those of the patterns.
 *
 * @param u how often strangers are at each level
 */
export function expectMatches(
  patterns: readonly Pattern[],
  u: readonly (readonly number[])[],
  start: readonly (readonly number[])[],
): Round {
  const total = patterns.reduce((sum, { pairs }) => sum + pairs, 0)
  let m = start
  let share = 0.5
  for (let round = 1; ; round++) {
    const matches = u.map((levels) => levels.map(() => 0))
    let matching = 0
    for (const { levels, pairs } of patterns) {
      let odds = share / (1 - share)
      levels.forEach((level, c) => {
        if (level >= 0) odds *= (m[c]?.[level] ?? 0) / (u[c]?.[level] ?? 1)
      })
      const p = odds === Infinity ? 1 : odds / (1 + odds)
      matching += p * pairs
      levels.forEach((level, c) => {
        const counts = matches[c]
        if (level >= 0 && counts) counts[level] = (counts[level] ?? 0) + p * pairs
      })
    }
    const next = matches.map(smoothed)
    const change = Math.max(
      ...next.map((levels, c) => Math.max(...levels.map((p, level) => Math.abs(p - (m[c]?.[level] ?? 0))))),
    )
    m = next
    share = Math.min(1 - 1e-6, Math.max(1e-9, matching / Math.max(1, total)))
    if (change < enough || round === most) return { matches, rounds: round }
  }
}

/** Shares of counts, with half a pair added to each level: one that was never seen is unlikely, not impossible. */
export function smoothed(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, each) => sum + each, 0) + counts.length / 2
  return counts.map((each) => (each + 0.5) / total)
}
