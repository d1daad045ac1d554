import type { Severity } from '../../../../core/collections/index.ts'
import type { StoredFinding } from '../../../../national/collect/index.ts'
import { count, number } from '../../words/numbers.ts'
import { severityWords, statusWords } from '../words.ts'
import type { ReturnView, RuleLineView } from './return.view.ts'

/** A rule in an address: what a rule is called may hold anything. */
export const ruleHref = (id: string, rule: string): string =>
  `/collect/returns/${id}/rules/${encodeURIComponent(rule)}`

/** What was found, by severity and then by rule, in the order in which the rules were met. */
export function groupsOf(id: string, findings: readonly StoredFinding[]): ReturnView['groups'] {
  return (['error', 'query', 'term-on-term'] as const satisfies readonly Severity[]).flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity)
    if (own.length === 0) return []
    const { heading, todo } = severityWords[severity]
    const rules = [...Map.groupBy(own, ({ rule }) => rule)].map(([rule, all]) => lineOf(id, rule, all))
    return [{ heading: `${heading} (${number(own.length)})`, todo, rules }]
  })
}

function lineOf(id: string, rule: string, findings: readonly StoredFinding[]): RuleLineView {
  const [first] = findings
  return {
    rule,
    href: ruleHref(id, rule),
    message: first?.message ?? '',
    places: count(findings.length, 'place'),
    first: first?.location ?? '',
    status: [...Map.groupBy(findings, ({ status }) => status)].map(([status, own]) => ({
      tag: statusWords[status],
      many: number(own.length),
    })),
  }
}
