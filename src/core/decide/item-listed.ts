import type { ItemId, Reason, Transformation } from '../vocabulary/index.ts'
import type { Findings } from './findings.ts'
import type { CasePlan } from './plan.ts'
import { canTransform } from './transform.ts'

/** Condition 4: the dictionary knows the item, the agreement lists it, and it may leave in the form that is agreed. */
export function itemListed({ agreement, grants, context }: CasePlan, id: ItemId): readonly Reason[] {
  const item = context.items.get(id)
  if (!item) {
    return [{ code: 'unknown', condition: 4, text: 'The dictionary does not know this item.', about: id }]
  }
  const grant = grants.get(id)
  if (!grant) {
    return [
      {
        code: 'item-not-listed',
        condition: 4,
        text: 'The agreement does not list this item.',
        about: agreement.id,
      },
    ]
  }
  const forms = grant.ifObjected === undefined ? [grant.as] : [grant.as, grant.ifObjected]
  if (forms.every((form) => item.transformations.includes(form) && canTransform(form, item.type))) return []
  return [
    {
      code: 'transformation-not-allowed',
      condition: 4,
      text: 'The dictionary does not allow this item to leave in the form that the agreement names.',
      about: id,
    },
  ]
}

/** The form in which an item would leave: the agreed one, or the one agreed for pupils with an objection. */
export function formOf({ agreement, grants }: CasePlan, { objected }: Findings, id: ItemId): Transformation {
  const grant = grants.get(id)
  if (!grant) return 'as-is'
  return objected && agreement.objection === 'pseudonymise' ? (grant.ifObjected ?? grant.as) : grant.as
}
