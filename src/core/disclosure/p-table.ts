import type { PRow, PTable } from './cell-key.ts'

export interface PTableOptions {
  /** The greatest change of a count. */
  readonly deviation: number
  /** The variance of the noise, where a count is large enough for it. */
  readonly variance: number
  /** Counts that may never be shown, such as 1 and 2. */
  readonly never?: readonly number[]
}

/**
 * The p-table of greatest entropy with mean noise of nothing, this variance and this greatest deviation (Giessing 2016;
 * Handbook 5.4). Zero stays zero. A small count for which the variance can't be had takes the nearest that can; its mean stays 0.
 * @throws RangeError where a count has no noise of mean 0 at all
 */
export function maximumEntropyTable({ deviation, variance, never = [] }: PTableOptions): PTable {
  const rows: PRow[] = [{ count: 0, noise: [[0, 1]] }]
  const last = deviation + Math.max(0, ...never) + 1
  for (let count = 1; count <= last; count++)
    rows.push({ count, noise: noiseOf(count, deviation, variance, never) })
  return rows
}

function noiseOf(
  count: number,
  deviation: number,
  variance: number,
  never: readonly number[],
): PRow['noise'] {
  const values: number[] = []
  for (let noise = -deviation; noise <= deviation; noise++)
    if (count + noise >= 0 && !never.includes(count + noise)) values.push(noise)
  if (!values.some((v) => v <= 0) || !values.some((v) => v >= 0))
    throw new RangeError(`a count of ${String(count)} has no noise of mean 0`)
  const feasible = Math.min(greatestVariance(values), Math.max(leastVariance(values), variance))
  return fit(values, feasible)
}

/** With mean 0 the variance is greatest at the ends and least beside nothing. */
const greatestVariance = (values: readonly number[]): number =>
  -Math.min(...values) * Math.max(...values) * (1 - 1e-9)
const leastVariance = (values: readonly number[]): number =>
  values.includes(0)
    ? 1e-6
    : -Math.max(...values.filter((v) => v < 0)) * Math.min(...values.filter((v) => v > 0)) * (1 + 1e-9)

/** Probabilities proportional to exp(a·v + b·v²): the form of greatest entropy. Newton's method on the two moments. */
function fit(values: readonly number[], variance: number): PRow['noise'] {
  if (values.length === 1) return [[values[0] ?? 0, 1]]
  let [a, b] = [0, 0]
  for (let pass = 0; pass < 500; pass++) {
    const p = shares(values, a, b)
    const moment = (k: number): number => values.reduce((sum, v, i) => sum + (p[i] ?? 0) * v ** k, 0)
    const [m1, m2, m3, m4] = [moment(1), moment(2), moment(3), moment(4)]
    const [f, g] = [m1, m2 - variance]
    if (Math.abs(f) < 1e-13 && Math.abs(g) < 1e-13) break
    const [j11, j12, j22] = [m2 - m1 * m1, m3 - m1 * m2, m4 - m2 * m2]
    const determinant = j11 * j22 - j12 * j12
    if (!(Math.abs(determinant) > 1e-18)) break
    const step = Math.min(1, 2 / Math.hypot(f, g))
    a -= (step * (j22 * f - j12 * g)) / determinant
    b -= (step * (j11 * g - j12 * f)) / determinant
  }
  return values.map((v, i) => [v, shares(values, a, b)[i] ?? 0])
}

function shares(values: readonly number[], a: number, b: number): readonly number[] {
  const exponents = values.map((v) => a * v + b * v * v)
  const top = Math.max(...exponents)
  const weights = exponents.map((each) => Math.exp(each - top))
  const total = weights.reduce((sum, each) => sum + each, 0)
  return weights.map((each) => each / total)
}
