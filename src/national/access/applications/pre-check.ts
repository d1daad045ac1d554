import { dateInEngland } from '../../../core/vocabulary/index.ts'
import type { Declarations } from '../../holdings/index.ts'
import { organisationUnmet, type Organisation } from '../organisations.ts'
import type { AccessPolicy } from '../terms/access-policy.ts'
import { matchCodes, type Check } from '../terms/match-codes.ts'
import type { SomeAnswers } from './answers.ts'
import { askable, beyondDefault, secureOnly } from './items-asked.ts'

/** What the software can see of an application without anybody: each check with its outcome and reason. */
export function preCheck(
  policy: AccessPolicy,
  declarations: Declarations,
  organisation: Organisation,
  answers: SomeAnswers,
  at: Date,
): readonly Check[] {
  const items = answers.items ?? []
  const dataSets = [...new Set(items.map(({ dataSet }) => dataSet))]
  return [
    ...organisationUnmet(organisation).map((says) => one('organisation', 'not-met', says)),
    ...matchCodes(policy.codes, policy.dataSets.dataSets, dataSets, {
      claims: answers.purposes ?? [],
      accepts: answers.accepts ?? [],
    }),
    ...commerce(policy, organisation, answers, dataSets),
    ...items.flatMap((item) => {
      const id = `item/${item.dataSet}.${item.column}`
      const column = askable(declarations, item)
      if (!column) return [one(id, 'not-met', 'There is no such item to ask for.')]
      if (item.from > item.to) return [one(id, 'not-met', 'Its first year is after its last.')]
      if (beyondDefault(column, policy) && item.justification === '')
        return [
          one(
            id,
            'not-met',
            `${column.label} is not part of the default: it needs a justification of its own.`,
          ),
        ]
      if (secureOnly(column, policy) && answers.route !== 'workspace')
        return [
          one(
            id,
            'not-met',
            `${column.label} (${String(column.risk)}${column.sensitivity}) may be seen in a secure environment only.`,
          ),
        ]
      return [
        one(
          id,
          'met',
          beyondDefault(column, policy)
            ? `${column.label} is beyond the default and justified.`
            : `${column.label} is part of the default.`,
        ),
      ]
    }),
    setting(policy, answers, at),
    answers.dpia
      ? one('dpia', 'met', 'An impact assessment is named.')
      : one('dpia', 'not-met', 'No impact assessment is named.'),
    answers.end === undefined
      ? one('end', 'not-met', 'There is no date on which it ends.')
      : one('end', 'met', `It ends on ${answers.end}.`),
  ]
}

const one = (id: string, outcome: Check['outcome'], says: string): Check => ({ id, outcome, says })

/** A commercial interest, the organisation's or the project's, against NO-COMM and NO-PROFIT of any data set. */
function commerce(
  { dataSets }: AccessPolicy,
  organisation: Organisation,
  answers: SomeAnswers,
  asked: readonly string[],
): readonly Check[] {
  const interest = organisation.commercial || answers.commercial === true
  return asked.flatMap((dataSet) =>
    (dataSets.dataSets[dataSet] ?? [])
      .filter(
        ({ code }) => (code === 'NO-COMM' && interest) || (code === 'NO-PROFIT' && organisation.commercial),
      )
      .map(({ code }) =>
        one(
          `commercial/${code}/${dataSet}`,
          'not-met',
          `${dataSet} carries ${code}, and the applicant has a commercial interest.`,
        ),
      ),
  )
}

function setting({ rules }: AccessPolicy, answers: SomeAnswers, at: Date): Check {
  const environment = rules.environments[answers.environment ?? '']
  if (answers.route !== 'workspace')
    return one(
      'setting',
      'needs-a-person',
      'The data would be held outside the department: somebody looks at how.',
    )
  if (!environment) return one('setting', 'not-met', 'This environment is not one that is approved.')
  if (environment.until < dateInEngland(at))
    return one('setting', 'not-met', `The approval of this environment ended on ${environment.until}.`)
  if (environment.country !== answers.country)
    return one('setting', 'not-met', 'The environment lies in another country than stated.')
  return one('setting', 'met', environment.says)
}
