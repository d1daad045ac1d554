import type { Article9, ItemId, Reason } from '../vocabulary/index.ts'
import { knownDate } from './dates.ts'
import { oncePerPlan } from './once-per-plan.ts'
import { rulesFor, type CasePlan } from './plan.ts'

/**
 * Condition 5: an Article 6 basis with its instrument in force; for special-category items an Article 9 condition and,
 * where that needs one, a Schedule 1 condition with the policy document that Part 2 of it demands; for criminal offence data
 * the Article 10 one. A public authority's own tasks never rest on legitimate interests.
 */
export function basisStands(plan: CasePlan, id: ItemId): readonly Reason[] {
  const itemClass = plan.context.items.get(id)?.class
  const ordinary = itemClass === undefined || itemClass === 'ordinary'
  return [
    ...instrumentStands(plan),
    ...article6Stands(plan, id),
    ...(itemClass === 'offence' ? article10Stands(plan) : ordinary ? [] : article9Stands(plan, id)),
  ]
}

const because = (code: Reason['code'], about: string, text: string): readonly Reason[] => [
  { code, condition: 5, text, about },
]

/** The law, contract or order that the agreement rests on is known, switched on, and in force today. */
const instrumentStands = oncePerPlan(({ agreement, context, today }): readonly Reason[] => {
  const id = agreement.basis.instrument
  if (id === '') {
    return because('basis-missing', agreement.id, 'The agreement names no law, contract or other instrument.')
  }
  const instrument = context.law.get(id)
  if (!instrument) {
    return because('unknown', id, 'The instrument that the agreement rests on is not in the list of law.')
  }
  const { enabled, from, to } = instrument.inForce
  const begun = from !== null && knownDate(from) <= today
  const over = to !== undefined && knownDate(to) < today
  if (enabled && begun && !over) return []
  return because(
    'basis-not-in-force',
    id,
    'The instrument that the agreement rests on is not in force, or is switched off.',
  )
})

function article6Stands(plan: CasePlan, item: ItemId): readonly Reason[] {
  const { article6 } = plan.agreement.basis
  const asks = rulesFor(plan, item).map(({ rule }) => rule)
  if (article6 === 'a' && !asks.includes('opt-in') && !asks.includes('permission')) {
    return because(
      'basis-missing',
      plan.agreement.id,
      'The agreement rests on consent (Article 6(1)(a)) but asks nobody for it.',
    )
  }
  if (plan.context.publicAuthority && (article6 === 'f' || article6 === 'ea')) {
    return because(
      'basis-not-for-public-authority',
      plan.agreement.id,
      'A public authority may not rest its tasks on legitimate interests (Data (Use and Access) Act 2025 s.70).',
    )
  }
  return []
}

/** Article 9 conditions that need one of the Data Protection Act 2018, Schedule 1 (s.10(3) and s.11 of that Act). */
const needSchedule1: readonly Article9[] = ['b', 'g', 'h', 'i']

function article9Stands(plan: CasePlan, item: ItemId): readonly Reason[] {
  const { article9, schedule1, policyDocument } = plan.agreement.basis
  const refuse = (code: Reason['code'], text: string): readonly Reason[] =>
    because(code, plan.agreement.id, text)
  if (!article9) {
    return refuse(
      'basis-article-9',
      'Special-category data need an Article 9 condition; the agreement names none.',
    )
  }
  if (article9 === 'a' && !rulesFor(plan, item).some(({ rule }) => rule !== 'opt-out')) {
    return refuse(
      'basis-article-9',
      'The agreement rests on explicit consent (Article 9(2)(a)) but asks nobody for it.',
    )
  }
  if (!needSchedule1.includes(article9)) return []
  const paragraph = schedule1Paragraph(schedule1)
  if (paragraph === null) {
    return refuse(
      'basis-schedule-1',
      'This Article 9 condition needs a paragraph of Schedule 1 to the 2018 Act; none is named.',
    )
  }
  if (paragraph >= 5 && paragraph <= 28 && policyDocument !== true) {
    return refuse(
      'basis-schedule-1',
      'Schedule 1 Part 2 needs the school’s appropriate policy document to cover this.',
    )
  }
  return []
}

function article10Stands({ agreement }: CasePlan): readonly Reason[] {
  if (agreement.basis.article10) return []
  return because(
    'basis-article-10',
    agreement.id,
    'Criminal offence data need an Article 10 condition; the agreement names none.',
  )
}

/** The paragraph that a text such as "Sch 1 para 18" names: 1 to 37, of which 5 to 28 are Part 2. Null when it names none. */
export function schedule1Paragraph(text: string | undefined): number | null {
  const found = /(?:^|para(?:graph)?s?\.?\s*)(\d{1,2})\b/i.exec(text?.trim() ?? '')
  const paragraph = Number(found?.[1] ?? 0)
  return paragraph >= 1 && paragraph <= 37 ? paragraph : null
}
