import type { Item, ItemId, Prohibition, Reason, Transformation } from '../vocabulary/index.ts'
import type { Findings } from './findings.ts'
import { formOf } from './item-listed.ts'
import type { CasePlan } from './plan.ts'

/** Condition 7: no prohibition bites on this item, and no upheld objection keeps it back. */
export function nothingForbids(plan: CasePlan, findings: Findings, id: ItemId): readonly Reason[] {
  const item = plan.context.items.get(id)
  const form = formOf(plan, findings, id)
  const reasons: Reason[] = []
  plan.prohibitions.forEach(({ prohibition }, i) => {
    if (findings.bites[i] && forbids(prohibition, id, item, form)) {
      const code = prohibition.when.mark === 'objection' ? 'objection-upheld' : 'prohibited'
      reasons.push({
        code,
        condition: 7,
        text: `${prohibition.label} (${prohibition.law}).`,
        about: prohibition.id,
      })
    }
  })
  if (findings.objected && objectionKeepsBack(plan, id, item, form)) {
    reasons.push({
      code: 'objection-upheld',
      condition: 7,
      text: 'An objection to this use was upheld (UK GDPR Article 21).',
      about: plan.agreement.id,
    })
  }
  return reasons
}

/** Whether a prohibition that bites is about this item in this form. */
export function forbids(
  prohibition: Prohibition,
  id: ItemId,
  item: Item | undefined,
  form: Transformation,
): boolean {
  if ((prohibition.unless?.as as readonly Transformation[] | undefined)?.includes(form)) return false
  return selects(prohibition, id, item)
}

/** Whether a prohibition is about this item. One that names none is about every item. */
export function selects({ items }: Prohibition, id: ItemId, item: Item | undefined): boolean {
  const ids = items?.ids ?? []
  const handling = items?.handling ?? []
  if (ids.length + handling.length === 0 || item === undefined) return true
  return ids.includes(id) || item.handling.some((each) => handling.includes(each))
}

/**
 * Where objectors are pseudonymised, an item that identifies somebody directly (risk 1 or 2) is kept back unless the
 * agreement names another form for it; the rest goes as agreed.
 */
export function objectionKeepsBack(
  plan: CasePlan,
  id: ItemId,
  item: Item | undefined,
  form: Transformation,
): boolean {
  if (plan.agreement.objection !== 'pseudonymise') return true
  const otherForm = plan.grants.get(id)?.ifObjected !== undefined
  return !otherForm && form !== 'pseudonym' && (item?.identificationRisk ?? 1) <= 2
}
