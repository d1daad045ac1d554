import type { CollectionDefinition, ListedRule } from './definition.ts'

/** How many rules run, and why the others don’t. `total` is `implemented` and `listed` together. */
export interface RuleCoverage {
  readonly total: number
  readonly implemented: number
  readonly listed: number
  readonly byReason: Readonly<Partial<Record<ListedRule['reason'], number>>>
}

/** Over these definitions together. */
export function ruleCoverage(
  definitions: readonly Pick<CollectionDefinition, 'rules' | 'listed'>[],
): RuleCoverage {
  const implemented = definitions.reduce((sum, { rules }) => sum + rules.length, 0)
  const listed = definitions.flatMap((each) => each.listed)
  const byReason = Object.fromEntries(
    [...Map.groupBy(listed, ({ reason }) => reason)]
      .map(([reason, rules]) => [reason, rules.length] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  return { total: implemented + listed.length, implemented, listed: listed.length, byReason }
}
