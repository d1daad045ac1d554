import type { Article9, InstrumentId, ItemId, Reason } from '../vocabulary/index.ts'
import { knownDate } from './dates.ts'
import { rulesFor, type CasePlan } from './plan.ts'

/** Article 9 conditions that need one of the Data Protection Act 2018, Schedule 1 (s.10(3) and s.11 of that Act). */
const needSchedule1: readonly Article9[] = ['b', 'g', 'h', 'i']

/**
 * Condition 5: an Article 6 basis with its instrument in force; for special-category items an Article 9 condition and,
 * where that needs one, a Schedule 1 condition with the policy document that Part 2 of it demands; for criminal offence data
 * the Article 10 one. A public authority's own tasks never rest on legitimate interests.
 */
export function basisStands(plan: CasePlan, id: ItemId): readonly Reason[] {
  const { agreement, context, today } = plan
  const { basis } = agreement
  const reasons: Reason[] = []
  const refuse = (code: Reason['code'], text: string, about: InstrumentId = basis.instrument): void => {
    reasons.push({ code, condition: 5, text, about })
  }
  const asks = rulesFor(plan, id).map(({ rule }) => rule)

  const instrument = context.law.get(basis.instrument)
  if (basis.instrument === '')
    refuse('basis-missing', 'The agreement names no law, contract or other instrument.', agreement.id)
  else if (!instrument)
    refuse('unknown', 'The instrument that the agreement rests on is not in the list of law.')
  else {
    const { enabled, from, to } = instrument.inForce
    const begun = from !== null && knownDate(from) <= today
    const over = to !== undefined && knownDate(to) < today
    if (!enabled || !begun || over) {
      refuse(
        'basis-not-in-force',
        'The instrument that the agreement rests on is not in force, or is switched off.',
      )
    }
  }
  if (basis.article6 === 'a' && !asks.includes('opt-in') && !asks.includes('permission')) {
    refuse(
      'basis-missing',
      'The agreement rests on consent (Article 6(1)(a)) but asks nobody for it.',
      agreement.id,
    )
  }
  if (context.publicAuthority && (basis.article6 === 'f' || basis.article6 === 'ea')) {
    refuse(
      'basis-not-for-public-authority',
      'A public authority may not rest its tasks on legitimate interests (Data (Use and Access) Act 2025 s.70).',
      agreement.id,
    )
  }

  const itemClass = context.items.get(id)?.class
  if (itemClass === 'offence') {
    if (!basis.article10) {
      refuse(
        'basis-article-10',
        'Criminal offence data need an Article 10 condition; the agreement names none.',
        agreement.id,
      )
    }
  } else if (itemClass !== undefined && itemClass !== 'ordinary') {
    const { article9, schedule1 } = basis
    if (!article9) {
      refuse(
        'basis-article-9',
        'Special-category data need an Article 9 condition; the agreement names none.',
        agreement.id,
      )
    } else if (article9 === 'a' && !asks.some((rule) => rule !== 'opt-out')) {
      refuse(
        'basis-article-9',
        'The agreement rests on explicit consent (Article 9(2)(a)) but asks nobody for it.',
        agreement.id,
      )
    } else if (needSchedule1.includes(article9)) {
      const paragraph = schedule1Paragraph(schedule1)
      if (paragraph === null) {
        refuse(
          'basis-schedule-1',
          'This Article 9 condition needs a paragraph of Schedule 1 to the 2018 Act; none is named.',
          agreement.id,
        )
      } else if (paragraph >= 5 && paragraph <= 28 && basis.policyDocument !== true) {
        refuse(
          'basis-schedule-1',
          'Schedule 1 Part 2 needs the school’s appropriate policy document to cover this.',
          agreement.id,
        )
      }
    }
  }
  return reasons
}

/** The paragraph that a text such as "Sch 1 para 18" names: 1 to 37, of which 5 to 28 are Part 2. Null when it names none. */
export function schedule1Paragraph(text: string | undefined): number | null {
  const found = /(?:^|para(?:graph)?s?\.?\s*)(\d{1,2})\b/i.exec(text?.trim() ?? '')
  const paragraph = Number(found?.[1] ?? 0)
  return paragraph >= 1 && paragraph <= 37 ? paragraph : null
}
