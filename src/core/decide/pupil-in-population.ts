import type { Reason } from '../vocabulary/index.ts'
import type { Findings } from './findings.ts'
import type { CasePlan } from './plan.ts'

/** Condition 3: the pupil is one of those the agreement is about. */
export function pupilInPopulation({ agreement }: CasePlan, { inPopulation }: Findings): readonly Reason[] {
  if (inPopulation) return []
  return [
    {
      code: 'not-in-population',
      condition: 3,
      text: 'The pupil is not among those the agreement is about.',
      about: agreement.id,
    },
  ]
}
