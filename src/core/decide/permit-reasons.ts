import type { ItemId, Transformation } from '../vocabulary/index.ts'
import { rulesFor, type CasePlan } from './plan.ts'

/** Why an item may leave: what held of each of the seven conditions, in plain words. */
export function permitReasons(plan: CasePlan, item: ItemId, as: Transformation): readonly string[] {
  const { agreement, version, recipient, context } = plan
  const { basis } = agreement
  const instrument = context.law.get(basis.instrument)
  const articles = [
    `Article 6(1)(${basis.article6})`,
    basis.article9 && context.items.get(item)?.class !== 'ordinary' ? `Article 9(2)(${basis.article9})` : '',
  ].filter(Boolean)
  const rules = rulesFor(plan, item)
  return [
    `Version ${version.version} of the agreement is approved and in force since ${agreement.inForce.from}; its review is due on ${agreement.review.due}.`,
    `${recipient.name} is in good standing.`,
    'The pupil is among those the agreement is about.',
    `The agreement lists the item, to be sent in this form: ${as}.`,
    `It rests on ${articles.join(' and ')}: ${instrument?.title ?? ''}, ${instrument?.provision ?? ''}.`,
    rules.length === 0
      ? 'It does not depend on anybody’s choice.'
      : `People’s choices allow it (${rules.map((rule) => `${rule.rule}: ${rule.purpose}`).join('; ')}).`,
    'No prohibition applies.',
  ]
}
