import type { SetRow } from '../../../core/decide/index.ts'
import type { ItemId, RefusalCode, Transformation } from '../../../core/vocabulary/index.ts'

/** How one item of one agreement stands over a whole school. */
export interface ItemTally {
  readonly as: Transformation | null
  readonly permitted: number
  /** Pupils refused by each reason; a pupil with two reasons is counted under both. */
  readonly refused: ReadonlyMap<RefusalCode, number>
}

export interface Tally {
  /** Pupils whom the agreement is about. */
  readonly population: number
  readonly items: ReadonlyMap<ItemId, ItemTally>
}

/** Counts a school's verdicts. Pupils with the same verdict share one object, so each is looked into once. */
export function tally(rows: readonly SetRow[]): Tally {
  const patterns = new Map<SetRow['verdict'], number>()
  let population = 0
  for (const row of rows) {
    if (!row.inPopulation) continue
    population++
    patterns.set(row.verdict, (patterns.get(row.verdict) ?? 0) + 1)
  }
  const items = new Map<
    ItemId,
    { as: Transformation | null; permitted: number; refused: Map<RefusalCode, number> }
  >()
  const entry = (item: ItemId) => {
    const known = items.get(item) ?? { as: null, permitted: 0, refused: new Map<RefusalCode, number>() }
    items.set(item, known)
    return known
  }
  for (const [verdict, pupils] of patterns) {
    for (const { item, as } of verdict.permitted) {
      const counted = entry(item)
      counted.permitted += pupils
      counted.as ??= as
    }
    for (const [item, codes] of verdict.refused) {
      const { refused } = entry(item)
      for (const code of codes) refused.set(code, (refused.get(code) ?? 0) + pupils)
    }
  }
  return { population, items }
}
