import type { SetRow } from '../../../core/decide/index.ts'
import type { Agreement, ItemId, RefusalCode, Transformation } from '../../../core/vocabulary/index.ts'

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

/** Counts a school's verdicts on the items an agreement lists. Pupils of one pattern share a verdict: each is opened once. */
export function tally(agreement: Agreement, rows: readonly SetRow[]): Tally {
  const patterns = new Map<SetRow['verdict'], number>()
  let population = 0
  for (const row of rows) {
    if (!row.inPopulation) continue
    population++
    patterns.set(row.verdict, (patterns.get(row.verdict) ?? 0) + 1)
  }
  const items = new Map<ItemId, ItemTally>()
  for (const { item } of agreement.items) {
    let as: Transformation | null = null
    let permitted = 0
    const refused = new Map<RefusalCode, number>()
    for (const [verdict, pupils] of patterns) {
      const permit = verdict.permitted.find((one) => one.item === item)
      if (permit) {
        permitted += pupils
        as ??= permit.as
      }
      for (const code of verdict.refused.get(item) ?? []) refused.set(code, (refused.get(code) ?? 0) + pupils)
    }
    items.set(item, { as, permitted, refused })
  }
  return { population, items }
}
