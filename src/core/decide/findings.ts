import type { Mark, MarkKind } from '../vocabulary/index.ts'
import { conditionHolds, knownValue, type Tested } from './condition-holds.ts'
import { consentProblems, type ConsentProblem } from './consent.ts'
import { knownDate } from './dates.ts'
import type { CasePlan, PlannedProhibition } from './plan.ts'
import type { PupilFacts } from './policy-context.ts'

/**
 * All that depends on the pupil, and nothing else: what the pure function finds in one pupil's facts and what the SQL finds
 * for a whole school. Pupils with equal findings share one verdict.
 */
export interface Findings {
  readonly inPopulation: boolean
  /** A live objection concerns this agreement. */
  readonly objected: boolean
  /** What stands in the way of each rule of the plan, in its order. */
  readonly consent: readonly (readonly ConsentProblem[])[]
  /** Whether each prohibition of the plan bites on this pupil, in its order. */
  readonly bites: readonly boolean[]
}

/** @throws Unknown when something needed was not read or is malformed. */
export function findingsOf(plan: CasePlan, facts: PupilFacts): Findings {
  const tested: Tested = { values: facts.values, items: plan.context.items, today: plan.today }
  const marks = facts.marks.filter((mark) => concerns(mark, plan))
  const carries = (kind: MarkKind): boolean => marks.some((mark) => mark.kind === kind)
  const bites = ({ prohibition: { when } }: PlannedProhibition): boolean =>
    (when.mark === undefined || carries(when.mark)) &&
    (when.pupil === undefined || conditionHolds(when.pupil, tested))
  return {
    inPopulation: conditionHolds(plan.agreement.population, tested),
    objected: plan.agreement.objection !== 'unavailable' && carries('objection'),
    consent: plan.rules.map(({ rule, wordingSha256 }) =>
      consentProblems({
        rule,
        wordingSha256,
        at: plan.at,
        choices: facts.choices,
        holders: facts.holders,
        tiedValue:
          rule.rule === 'permission' && rule.tiedTo !== undefined && plan.context.items.has(rule.tiedTo)
            ? knownValue(rule.tiedTo, tested)
            : undefined,
      }),
    ),
    bites: plan.prohibitions.map(bites),
  }
}

/** Live today, about this agreement or about all, and not allowing this recipient. */
function concerns(mark: Mark, plan: CasePlan): boolean {
  const live = knownDate(mark.from) <= plan.today && (mark.to === null || knownDate(mark.to) >= plan.today)
  return (
    live &&
    (mark.agreementId === null || mark.agreementId === plan.agreement.id) &&
    !mark.allowedRecipients.includes(plan.recipient.id)
  )
}

/** The findings of a pupil about whom nothing stands in the way: what is refused even then is refused to everybody. */
export const nothingInTheWay = (plan: CasePlan): Findings => ({
  inPopulation: true,
  objected: false,
  consent: plan.rules.map(() => []),
  bites: plan.prohibitions.map(({ perPupil }) => !perPupil),
})
