import type { Analytics } from '../analytics/index.ts'
import { priorWeight, probabilityOf, type LinkageModel } from './model.ts'

/** Why a pair weighs what it weighs: a waterfall from the prior, a step a comparison. */
export interface Explained {
  readonly prior: number
  readonly steps: readonly {
    readonly comparison: string
    /** In words; null where a side lacks the value. */
    readonly level: string | null
    /** Bits that the level gives, and what the shared value's rarity adds. */
    readonly weight: number
    readonly rarity: number
  }[]
  /** What is taken off because two of one household share it; 0 or less. */
  readonly household: number
  /** The sum of the prior, all steps and the household. */
  readonly weight: number
  readonly probability: number
}

/** Explains a pair that was scored; null where it was not kept. */
export async function explain(
  analytics: Analytics,
  model: LinkageModel,
  l: number,
  r: number,
): Promise<Explained | null> {
  const [low, high] = l < r ? [l, r] : [r, l]
  const [row] = await analytics.rows(`SELECT * FROM pair WHERE l = ${String(low)} AND r = ${String(high)}`)
  if (!row) return null
  return waterfall(
    model,
    model.comparisons.map(({ name }) => Number(row[`${name}$level`])),
    model.comparisons.map(({ name }) => Number(row[`${name}$rarity`])),
    Number(row['household']),
  )
}

/** Explains a pair from its levels (-1: a side lacks the value) and what rarity gave, a comparison each, as they were kept. */
export function waterfall(
  model: LinkageModel,
  levelsOf: readonly number[],
  rarityOf: readonly number[],
  household: number,
): Explained {
  const steps = model.comparisons.map(({ name, levels }, c) => {
    const level = levels[levelsOf[c] ?? -1]
    return {
      comparison: name,
      level: level?.label ?? null,
      weight: level?.weight ?? 0,
      rarity: rarityOf[c] ?? 0,
    }
  })
  const prior = priorWeight(model)
  const weight = steps.reduce((sum, step) => sum + step.weight + step.rarity, prior + household)
  return { prior, steps, household, weight, probability: probabilityOf(weight) }
}
