import type { Finding } from '../../core/collections/index.ts'
import { count } from './answer.ts'

/** A finding as machines read it. */
export const findingForMachine = (finding: Finding) => ({
  rule: finding.rule,
  severity: finding.severity,
  level: finding.level,
  location: finding.location,
  message: finding.message,
  table: finding.table,
  line: finding.line,
  ordinal: finding.ordinal,
  items: finding.items,
  note: finding.note,
})

export const findingWords = ({ rule, severity, location, message }: Finding): string =>
  `  ${severity} ${rule}  ${location}: ${message}`

/** How many there are, and a line a rule. */
export function findingsInShort(findings: readonly Finding[]): readonly string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const byRule = Map.groupBy(findings, ({ rule, severity }) => `${severity} ${rule}`)
  return [
    `${count(errors, 'error')}, ${count(findings.length - errors, 'query', 'queries')}`,
    ...[...byRule].map(([rule, some]) => `  ${rule}  ${some.length} ×  ${some[0]?.message ?? ''}`),
  ]
}
