import type { ItemId, Reason, RefusalCode } from '../vocabulary/index.ts'
import type { AskingRule, ConsentProblem } from './consent.ts'
import type { Findings } from './findings.ts'
import { ruleKey, rulesFor, type CasePlan } from './plan.ts'

/** Condition 6: people's choices meet the agreement's rule and, where it has one, the item's own. */
export function consentHolds(plan: CasePlan, { consent }: Findings, id: ItemId): readonly Reason[] {
  return rulesFor(plan, id).flatMap((rule) => {
    const index = plan.rules.findIndex((each) => ruleKey(each.rule) === ruleKey(rule))
    const planned = plan.rules[index]
    const unknown = (text: string): readonly Reason[] => [
      { code: 'unknown', condition: 6, text, about: rule.purpose },
    ]
    if (rule.rule !== 'opt-out' && planned?.wordingSha256 == null) {
      return unknown('The wording that people must have been shown is not on record.')
    }
    if (rule.rule === 'permission' && rule.tiedTo !== undefined && !plan.context.items.has(rule.tiedTo)) {
      return unknown('The dictionary does not know the item that the permission is tied to.')
    }
    return (consent[index] ?? []).map((problem) => ({
      code: codes[problem],
      condition: 6 as const,
      text: sentences[problem](rule),
      about: problem === 'not-notified' && 'wording' in rule ? rule.wording : rule.purpose,
    }))
  })
}

const codes: Readonly<Record<ConsentProblem, RefusalCode>> = {
  missing: 'consent-missing',
  refused: 'consent-refused',
  withdrawn: 'consent-withdrawn',
  expired: 'consent-expired',
  'ended-by-school': 'consent-withdrawn',
  'other-wording': 'consent-other-wording',
  'not-written': 'consent-not-written',
  'other-code': 'permission-other-code',
  disagreement: 'consent-disagreement',
  'opted-out': 'consent-opted-out',
  'child-refuses': 'consent-child-refuses',
  'not-notified': 'consent-missing',
  'code-unknown': 'unknown',
}

const thing = (rule: AskingRule): string => (rule.rule === 'permission' ? 'permission' : 'consent')

const sentences: Readonly<Record<ConsentProblem, (rule: AskingRule) => string>> = {
  missing: (rule) => `Nobody entitled to give ${thing(rule)} has given it.`,
  refused: (rule) => `Somebody entitled to give ${thing(rule)} refused it.`,
  withdrawn: (rule) => `The ${thing(rule)} was withdrawn.`,
  expired: (rule) => `The ${thing(rule)} has expired.`,
  'ended-by-school': (rule) => `The school ended its reliance on the ${thing(rule)} given.`,
  'other-wording': (rule) => `The ${thing(rule)} was given on another wording than the present one.`,
  'not-written': (rule) => `The ${thing(rule)} must be in writing and is not.`,
  'other-code': () => 'The permission names another code than the one on record now.',
  disagreement: (rule) => `People entitled to give ${thing(rule)} disagree.`,
  'opted-out': () => 'Somebody entitled to do so opted out.',
  'child-refuses': () => 'The child refuses, which overrides every parent.',
  'not-notified': () => 'Not every person with parental responsibility has been told.',
  'code-unknown': () => 'The code that the permission must name is not on record.',
}
