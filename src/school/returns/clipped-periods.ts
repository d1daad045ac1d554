export interface MealPeriod {
  readonly start: string | null
  readonly end: string | null
  readonly country: string | null
}

/**
 * The periods of eligibility that touch the time a return is about, each as it was known at its end: one that ended later
 * was still open then, and has no end (rule 1763). A start is never moved: it says since when the family is entitled.
 */
export const clippedPeriods = (
  held: readonly MealPeriod[],
  { from, to }: { readonly from: string; readonly to: string },
): readonly MealPeriod[] =>
  held
    .filter(({ start, end }) => start !== null && start <= to && (end === null || end >= from))
    .map((period) => ({ ...period, end: period.end !== null && period.end > to ? null : period.end }))
