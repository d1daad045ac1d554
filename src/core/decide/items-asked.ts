import type { Condition, ItemId } from '../vocabulary/index.ts'
import { oncePerPlan } from './once-per-plan.ts'
import type { CasePlan } from './plan.ts'

/** The items whose values a decision about a pupil looks at: all that must be read to decide, and no more. */
export const itemsAsked = oncePerPlan(
  ({ agreement, prohibitions, rules, context }: CasePlan): ReadonlySet<ItemId> =>
    new Set([
      ...itemsIn(agreement.population),
      ...prohibitions.flatMap(({ prohibition }) =>
        prohibition.when.pupil ? itemsIn(prohibition.when.pupil) : [],
      ),
      ...rules.flatMap(({ rule }) =>
        rule.rule === 'permission' && rule.tiedTo !== undefined && context.items.has(rule.tiedTo)
          ? [rule.tiedTo]
          : [],
      ),
    ]),
)

function itemsIn(condition: Condition): readonly ItemId[] {
  if ('all' in condition) return condition.all.flatMap(itemsIn)
  if ('any' in condition) return condition.any.flatMap(itemsIn)
  if ('not' in condition) return itemsIn(condition.not)
  return 'item' in condition ? [condition.item] : []
}
