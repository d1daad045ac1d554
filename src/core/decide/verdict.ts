import type { Dictionary, ItemId, Prohibition, RefusalCode, Transformation } from '../vocabulary/index.ts'
import { reasonsAgainst } from './decide.ts'
import type { Findings } from './findings.ts'
import { formOf } from './item-listed.ts'
import { selects } from './nothing-forbids.ts'
import { oncePerPlan } from './once-per-plan.ts'
import { ruleKey, type CasePlan } from './plan.ts'

/**
 * What an agreement lets out of one pupil. Every item of the dictionary, and every item the agreement lists, is in exactly
 * one of the two; items the agreement doesn't list are refused as `item-not-listed`. Pupils of the same pattern share it.
 */
export interface Verdict {
  readonly permitted: readonly { readonly item: ItemId; readonly as: Transformation }[]
  readonly refused: ReadonlyMap<ItemId, readonly RefusalCode[]>
}

export function verdictOf(plan: CasePlan, findings: Findings): Verdict {
  const refused = new Map<ItemId, readonly RefusalCode[]>()
  for (const alike of itemsAlike(plan)) {
    const [first] = alike
    if (first === undefined) continue
    const codes = [...new Set(reasonsAgainst(plan, findings, first).map(({ code }) => code))]
    if (codes.length > 0) for (const item of alike) refused.set(item, codes)
  }
  const permitted = [...plan.grants.keys()].filter((item) => !refused.has(item))
  return { permitted: permitted.map((item) => ({ item, as: formOf(plan, findings, item) })), refused }
}

/** The items a case speaks of: the agreement's, in its order, then the rest of the dictionary. */
export const itemsOf = ({ grants, context }: CasePlan): Iterable<ItemId> =>
  new Set([...grants.keys(), ...context.items.keys()])

/**
 * The items of a case in groups whose members can't be told apart by any of the seven conditions, so that one of them is
 * decided for all. Whatever a condition looks at about an item belongs in the key below.
 */
const itemsAlike = oncePerPlan((plan): readonly (readonly ItemId[])[] => {
  const alike = new Map<string, ItemId[]>()
  for (const id of itemsOf(plan)) {
    const item = plan.context.items.get(id)
    const grant = plan.grants.get(id)
    const form =
      grant &&
      `${grant.as}/${grant.ifObjected ?? ''}/${item?.transformations.join() ?? ''}/${item?.type ?? ''}`
    const rule = grant?.consent && grant.consent.rule !== 'none' ? ruleKey(grant.consent) : ''
    const named = plan.prohibitions
      .map(({ prohibition }) => (selectedBy(prohibition, plan).has(id) ? 1 : 0))
      .join('')
    const risk = (item?.identificationRisk ?? 0) <= 2
    const key = [item ? item.class : id, form, rule, named, risk].join('\n')
    const group = alike.get(key)
    if (group) group.push(id)
    else alike.set(key, [id])
  }
  return [...alike.values()]
})

const selections = new WeakMap<Prohibition, { items: Dictionary; selected: ReadonlySet<ItemId> }>()

/** The items that a prohibition is about: the same for every agreement of a policy. */
function selectedBy(prohibition: Prohibition, { context }: CasePlan): ReadonlySet<ItemId> {
  const before = selections.get(prohibition)
  if (before?.items === context.items) return before.selected
  const ids = [...context.items.keys()].filter((id) => selects(prohibition, id, context.items.get(id)))
  const selected = new Set(ids)
  selections.set(prohibition, { items: context.items, selected })
  return selected
}
