import { createHash } from 'node:crypto'
import { fail, ok, dateInEngland } from '../../../core/vocabulary/index.ts'
import { versionsOf, type Term } from '../terms/access-policy.ts'
import type { Outcome } from './event.ts'
import type { Handled, Surroundings } from './handle.ts'
import type { ApplicationState } from './state.ts'

/**
 * The panel's decision: of as many reviewers as the rules ask for, none of them recused since; one rejection rejects. Nothing
 * is approved without an end, nor while a check is not met, or waits for a person who has not spoken.
 */
export function decided(state: ApplicationState, around: Surroundings): Handled {
  const { policy } = around
  const reviews = Object.entries(state.reviews).filter(([name]) => !state.conflicts.includes(name))
  if (reviews.length < policy.rules.panel.reviewers)
    return fail({
      code: 'panel',
      says: `${String(policy.rules.panel.reviewers)} people of the panel decide; ${String(reviews.length)} have reviewed.`,
    })
  const outcomes = reviews.map(([, review]) => review.outcome)
  const conditions = [...new Set(reviews.flatMap(([, review]) => review.conditions))]
  const outcome: Outcome = outcomes.includes('rejected')
    ? 'rejected'
    : outcomes.includes('conditional') || conditions.length > 0
      ? 'conditional'
      : 'approved'
  const checks = around.checks.map((check) => {
    const person = check.outcome === 'needs-a-person' ? state.resolved[check.id] : undefined
    return person
      ? {
          ...check,
          outcome: person.met ? ('met' as const) : ('not-met' as const),
          says: `${check.says} ${person.by}: ${person.reason}`,
        }
      : check
  })
  const versions = versionsOf(policy)
  if (outcome === 'rejected')
    return ok([{ kind: 'decided', outcome, checks, conditions, versions, terms: null }])
  if (state.answers.end === undefined || state.answers.start === undefined)
    return fail({ code: 'no-end', says: 'Nothing is approved without a date on which it ends.' })
  if (state.answers.end <= dateInEngland(around.at))
    return fail({ code: 'no-end', says: 'The end lies in the past.' })
  const open = checks.filter((check) => check.outcome !== 'met')
  if (open.length > 0)
    return fail({ code: 'checks', says: open.map((check) => `${check.id}: ${check.says}`).join(' ') })
  return ok([{ kind: 'decided', outcome, checks, conditions, versions, terms: termsOf(state, around) }])
}

/** The agreement: the codes accepted, those that every extract carries, and a text whose hash is what people sign. */
function termsOf(
  state: ApplicationState,
  { policy, reference, organisation, organisationName }: Surroundings,
): { codes: readonly Term[]; text: string; hash: string } {
  const { answers } = state
  const bound: Record<string, Term['parameters']> = {
    PROJECT: { project: reference },
    USERS: { users: [...(answers.users ?? [])] },
    ORG: { organisations: [organisation] },
    PLACE: { countries: [answers.country ?? ''] },
    UNTIL: { date: answers.end ?? '' },
    ITEMS: {
      items: (answers.items ?? []).map(
        (each) => `${each.dataSet}.${each.column}/${String(each.from)}-${String(each.to)}`,
      ),
    },
    DESTROY: { days: policy.rules.destruction.days },
    ...(answers.route === 'workspace' ? { SECURE: { environments: [answers.environment ?? ''] } } : {}),
  }
  const own = new Map((answers.accepts ?? []).map((term) => [term.code, term]))
  const names = [...new Set([...Object.keys(bound), ...policy.codes.defaults, ...own.keys()])].sort()
  const codes = names.map((code) => ({ code, parameters: { ...own.get(code)?.parameters, ...bound[code] } }))
  const lines = codes.map(({ code, parameters }) => {
    const given = Object.entries(parameters).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`)
    return `  ${code}: ${policy.codes.codes[code]?.says ?? ''}${given.length > 0 ? ` (${given.join('; ')})` : ''}`
  })
  const put: Readonly<Record<string, string>> = {
    organisation: organisationName,
    project: `${answers.title ?? ''} (${reference})`,
    from: answers.start ?? '',
    until: answers.end ?? '',
    terms: lines.join('\n'),
  }
  const text = policy.terms.text.replace(/\$([a-z]+)/g, (whole, name: string) => put[name] ?? whole)
  return { codes, text, hash: createHash('sha256').update(text).digest('hex') }
}
