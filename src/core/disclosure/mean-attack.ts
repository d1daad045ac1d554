/**
 * The counts that fit, when true means stand beside counts that were changed by at most `deviation`: whole numbers n for which
 * n × mean is a whole number too, to the decimals that the mean was given with. One only, and the noise is undone (Handbook 5.4):
 * a mean goes out over the changed count, or rounded, or not at all.
 */
export function countsBehindMean(
  published: { readonly count: number; readonly mean: string },
  deviation: number,
): readonly number[] {
  const [whole = '', decimals = ''] = published.mean.split('.')
  const scale = 10n ** BigInt(decimals.length)
  const mean = BigInt(whole + decimals)
  const fits: number[] = []
  for (let n = Math.max(1, published.count - deviation); n <= published.count + deviation; n++) {
    const nearest = (2n * mean * BigInt(n) + scale) / (2n * scale)
    // The mean of a whole sum, written with as many decimals: within half of the last of them.
    const off = 2n * (nearest * scale - mean * BigInt(n))
    if ((off < 0n ? -off : off) <= BigInt(n)) fits.push(n)
  }
  return fits
}

/** Rows and their total: the combinations of counts that fit all means and add up. */
export function countsBehindMeans(
  parts: readonly { readonly count: number; readonly mean: string }[],
  total: { readonly count: number; readonly mean: string },
  deviation: number,
): readonly (readonly number[])[] {
  const each = parts.map((part) => countsBehindMean(part, deviation))
  const combinations = each.reduce<readonly (readonly number[])[]>(
    (before, own) => before.flatMap((rest) => own.map((n) => [...rest, n])),
    [[]],
  )
  const totals = new Set(countsBehindMean(total, deviation))
  return combinations.filter((counts) => totals.has(counts.reduce((sum, n) => sum + n, 0)))
}
