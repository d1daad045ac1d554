import type { Decision, ItemId, Reason } from '../vocabulary/index.ts'
import { agreementInForce } from './agreement-in-force.ts'
import { basisStands } from './basis-stands.ts'
import { consentHolds } from './consent-holds.ts'
import { findingsOf, nothingInTheWay, type Findings } from './findings.ts'
import { smallestChange } from './flip.ts'
import { formOf, itemListed } from './item-listed.ts'
import { nothingForbids } from './nothing-forbids.ts'
import { permitReasons } from './permit-reasons.ts'
import type { CasePlan } from './plan.ts'
import type { PupilFacts } from './policy-context.ts'
import { pupilInPopulation } from './pupil-in-population.ts'
import { recipientInGoodStanding } from './recipient-in-good-standing.ts'

/**
 * Decides whether one item of one pupil may leave under one agreement at one instant. Permits only when all seven
 * conditions hold; otherwise refuses with every reason and the smallest change that would turn it. Never throws: whatever
 * goes wrong while deciding is itself a refusal, `unknown`.
 */
export function decide(plan: CasePlan, facts: PupilFacts, item: ItemId): Decision {
  const agreement = plan.agreement.id
  try {
    const findings = findingsOf(plan, facts)
    const reasons = reasonsAgainst(plan, findings, item)
    if (reasons.length > 0) {
      return { outcome: 'refuse', agreement, item, reasons, flip: smallestChange(plan, reasons, item, facts) }
    }
    const as = formOf(plan, findings, item)
    return { outcome: 'permit', agreement, item, as, reasons: permitReasons(plan, item, as) }
  } catch {
    const reasons = [...reasonsForAnybody(plan, item), unreadable]
    return { outcome: 'refuse', agreement, item, reasons, flip: smallestChange(plan, reasons, item, null) }
  }
}

/** The seven conditions in their order: all that stands in the way, or nothing. */
export function reasonsAgainst(plan: CasePlan, findings: Findings, item: ItemId): readonly Reason[] {
  return [
    ...holds(1, () => agreementInForce(plan)),
    ...holds(2, () => recipientInGoodStanding(plan)),
    ...holds(3, () => pupilInPopulation(plan, findings)),
    ...holds(4, () => itemListed(plan, item)),
    ...holds(5, () => basisStands(plan, item)),
    ...holds(6, () => consentHolds(plan, findings, item)),
    ...holds(7, () => nothingForbids(plan, findings, item)),
  ]
}

/** What is refused whoever the pupil is, objector or not. */
export function reasonsForAnybody(plan: CasePlan, item: ItemId): readonly Reason[] {
  const anybody = nothingInTheWay(plan)
  const reasons = reasonsAgainst(plan, anybody, item)
  const objector = reasons.length > 0 && reasonsAgainst(plan, { ...anybody, objected: true }, item)
  return objector && objector.length === 0 ? [] : reasons
}

/** A condition that can't be worked out doesn't hold. */
function holds(condition: Reason['condition'], reasons: () => readonly Reason[]): readonly Reason[] {
  try {
    return reasons()
  } catch {
    return [{ code: 'unknown', condition, text: 'Something needed to decide this is missing or malformed.' }]
  }
}

const unreadable: Reason = {
  code: 'unknown',
  condition: 3,
  text: 'Something about the pupil that is needed to decide is missing or malformed.',
}
