/** Rounds `numerator / denominator` to `places` decimals, halves away from zero, exactly. @throws RangeError for a denominator of 0 */
export function roundHalfAway(numerator: bigint, denominator: bigint, places = 0): string {
  if (denominator === 0n) throw new RangeError('a ratio over nothing')
  const negative = numerator < 0n !== denominator < 0n
  const [n, d] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator]
  const scaled = n * 10n ** BigInt(places)
  const whole = (2n * scaled + d) / (2n * d)
  const digits = whole.toString().padStart(places + 1, '0')
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  return negative && whole !== 0n ? `-${text}` : text
}

/** The nearest multiple of `base`; halves away from zero. */
export const roundToBase = (count: number, base: number): number =>
  Math.sign(count) * Math.floor((2 * Math.abs(count) + base) / (2 * base)) * base

/** Midpoint rounding to 6: 1–6 give 3, 7–12 give 9; nothing stays nothing. Unbiased. A published x above 0 means x − 2 to x + 3. */
export const midpoint6 = (count: number): number => (count <= 0 ? 0 : 6 * Math.ceil(count / 6) - 3)

/** What a rule makes of one count: a number to publish, or null: confidential. */
export type RoundedCount = number | null

/** Counts from 1 to `upTo` are confidential, all others go to the nearest multiple of `base`. */
export const redactThenRound = (count: number, upTo: number, base: number): RoundedCount =>
  count > 0 && count <= upTo ? null : roundToBase(count, base)

/** What a published figure can have been, both ends included, when `roundToBase` made it. */
export const meantByRounded = (published: number, base: number): { least: number; greatest: number } => ({
  least: Math.max(0, published - Math.floor(base / 2)),
  greatest: published + (base % 2 === 0 ? base / 2 - 1 : Math.floor(base / 2)),
})
