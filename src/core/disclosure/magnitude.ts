/** Contributions to one cell's sum, each of one contributor; none negative. */
export type Contributions = readonly number[]

const descending = (contributions: Contributions): readonly number[] =>
  [...contributions].sort((a, b) => b - a)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/** Fewer contributors than `least`. */
export const tooFew = (contributions: Contributions, least: number): boolean => contributions.length < least

/** The (n, k) rule: the `n` greatest contributors make more than `percent` of the sum. */
export const dominated = (contributions: Contributions, n: number, percent: number): boolean =>
  100 * sum(descending(contributions).slice(0, n)) > percent * sum(contributions)

/** The p% rule: the second greatest contributor can tell the greatest to within `p` per cent of it. */
export const withinPercent = (contributions: Contributions, p: number): boolean =>
  remainder(contributions) * 100 < p * (descending(contributions)[0] ?? 0)

/** How far above the sum an attacker's greatest guess must reach, so that the p% rule holds (upper protection level). */
export const upperProtection = (contributions: Contributions, p: number): number =>
  Math.max(0, (p * (descending(contributions)[0] ?? 0)) / 100 - remainder(contributions))

const remainder = (contributions: Contributions): number => sum(descending(contributions).slice(2))
