import { dateInEngland } from '../../../core/vocabulary/index.ts'
import { organisationUnmet, type Organisation } from '../organisations.ts'
import type { AccessPolicy } from '../terms/access-policy.ts'
import { matchCodes } from '../terms/match-codes.ts'
import type { ApplicationState } from './state.ts'

/**
 * Why an agreement may not be used at this instant, by what stands now: asked at each use and by the monitor in between. The
 * data sets' codes are those of today, so a change of them shows here.
 */
export function unmet(
  policy: AccessPolicy,
  organisation: Organisation,
  state: ApplicationState,
  at: Date,
): readonly string[] {
  if (!state.terms) return []
  const { answers } = state
  const day = dateInEngland(at)
  const dataSets = [...new Set((answers.items ?? []).map(({ dataSet }) => dataSet))]
  const codes = matchCodes(policy.codes, policy.dataSets.dataSets, dataSets, {
    claims: answers.purposes ?? [],
    accepts: state.terms.codes,
  })
  const environment =
    answers.route === 'workspace' ? policy.rules.environments[answers.environment ?? ''] : undefined
  return [
    ...organisationUnmet(organisation),
    ...(answers.start !== undefined && answers.start > day ? [`It begins on ${answers.start}.`] : []),
    ...(answers.end === undefined || answers.end < day ? [`It ended on ${answers.end ?? 'no date'}.`] : []),
    ...codes
      .filter(
        ({ id, outcome }) => outcome !== 'met' && !(outcome === 'needs-a-person' && state.resolved[id]?.met),
      )
      .map(({ says }) => says),
    ...(environment && environment.until < day
      ? [`The approval of its environment ended on ${environment.until}.`]
      : []),
  ]
}
