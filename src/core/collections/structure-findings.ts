import type { Analytics } from '../analytics/index.ts'
import { named } from './condition/sql-text.ts'
import type { TermDefinition } from './definition.ts'
import type { Finding } from './finding.ts'
import type { ReturnReport } from './read-message.ts'

/** Findings about the shape of a message. Their numbers are our own: the department’s list says nothing of shape. */
const shapes = {
  'unknown-element': {
    rule: 'S1',
    message: 'The message holds an element that this collection does not know. Its content was left out.',
  },
  'repeated-element': {
    rule: 'S2',
    message: 'The message holds an element a second time where it may stand once. The second was left out.',
  },
  'other-cells': {
    rule: 'S5',
    message: 'The row has more or fewer cells than there are columns. It was left out.',
  },
  'file-name': { rule: 'S6', message: 'The name of the file does not agree with what is in it.' },
  'text-out-of-place': { rule: 'S3', message: 'The message holds text where only elements belong.' },
} as const

const correct = { accepts: 'none', says: 'Correct the data.' } as const

export const structureFindings = (returnId: number, notes: ReturnReport['notes']): readonly Finding[] =>
  notes.map(({ code, line, path }) => ({
    ...shapes[code],
    severity: 'error',
    level: 'return',
    location: `line ${String(line)}: ${path}`,
    note: correct,
    returnId,
    table: null,
    n: null,
    ordinal: null,
    line,
    items: [],
  }))

/** Items that are sent in a term that does not collect them: one finding an item and return. */
export async function uncollectedFindings(
  analytics: Analytics,
  definition: TermDefinition,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const table of definition.tables.values()) {
    if (table.given) continue
    const items = [...table.items.values()].filter(
      ({ terms }) => terms.length > 0 && !terms.includes(definition.term.name),
    )
    if (items.length === 0) continue
    const counts = items.map(({ name }, i) => `count(${named(`${name}$raw`)}) AS c${String(i)}`)
    const rows = await analytics.rows(
      `SELECT return_id, ${counts.join(', ')} FROM ${named(table.name)} GROUP BY return_id ORDER BY return_id`,
    )
    for (const row of rows) {
      for (const [i, item] of items.entries()) {
        const many = Number(row[`c${String(i)}`])
        if (many === 0) continue
        findings.push({
          rule: 'S4',
          severity: 'error',
          level: 'return',
          location: `${table.label}: ${item.label}, on ${String(many)} ${many === 1 ? 'record' : 'records'}`,
          message: 'The item is not collected in this term.',
          note: correct,
          returnId: Number(row['return_id']),
          table: null,
          n: null,
          ordinal: null,
          line: null,
          items: [`${table.name}.${item.name}`],
        })
      }
    }
  }
  return findings
}
