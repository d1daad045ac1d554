import type { ItemId, RefusalCode, Transformation } from '../vocabulary/index.ts'
import { reasonsAgainst } from './decide.ts'
import type { Findings } from './findings.ts'
import { formOf } from './item-listed.ts'
import type { CasePlan } from './plan.ts'

/**
 * What an agreement lets out of one pupil. Every item of the dictionary, and every item the agreement lists, is in exactly
 * one of the two; items the agreement doesn't list are refused as `item-not-listed`. Pupils of the same pattern share it.
 */
export interface Verdict {
  readonly permitted: readonly { readonly item: ItemId; readonly as: Transformation }[]
  readonly refused: ReadonlyMap<ItemId, readonly RefusalCode[]>
}

export function verdictOf(plan: CasePlan, findings: Findings): Verdict {
  const permitted: { item: ItemId; as: Transformation }[] = []
  const refused = new Map<ItemId, readonly RefusalCode[]>()
  for (const item of itemsOf(plan)) {
    const codes = new Set(reasonsAgainst(plan, findings, item).map(({ code }) => code))
    if (codes.size === 0) permitted.push({ item, as: formOf(plan, findings, item) })
    else refused.set(item, [...codes])
  }
  return { permitted, refused }
}

/** The items a case speaks of: the agreement's, in its order, then the rest of the dictionary. */
export const itemsOf = ({ grants, context }: CasePlan): Iterable<ItemId> =>
  new Set([...grants.keys(), ...context.items.keys()])
