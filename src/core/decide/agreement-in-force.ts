import type { Reason } from '../vocabulary/index.ts'
import { daysLater, knownDate } from './dates.ts'
import { oncePerPlan } from './once-per-plan.ts'
import type { CasePlan } from './plan.ts'

/** Condition 1: the version is switched on, approved by a named person, in force, and its review not overdue past its grace. */
export const agreementInForce = oncePerPlan(
  ({ agreement, version, at, today }: CasePlan): readonly Reason[] => {
    const reasons: Reason[] = []
    const refuse = (code: Reason['code'], text: string): void => {
      reasons.push({ code, condition: 1, text, about: agreement.id })
    }
    if (!agreement.enabled) refuse('agreement-off', 'The agreement is switched off.')
    if (!version.approvedAt || !version.approvedBy || version.approvedAt > at) {
      refuse('agreement-not-approved', 'No named person has approved this version of the agreement.')
    }
    const { from, to } = agreement.inForce
    if (knownDate(from) > today)
      refuse('agreement-not-in-force', `The agreement is in force only from ${from}.`)
    else if (to !== undefined && knownDate(to) < today) {
      refuse('agreement-not-in-force', `The agreement ended on ${to}.`)
    }
    const { due, graceDays } = agreement.review
    if (daysLater(due, graceDays) < today) {
      refuse(
        'review-overdue',
        `The agreement’s review was due on ${due} and its ${graceDays} days of grace are over.`,
      )
    }
    return reasons
  },
)
