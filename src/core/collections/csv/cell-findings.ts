import type { Analytics } from '../../analytics/index.ts'
import { named, quoted } from '../condition/sql-text.ts'
import type { TermDefinition } from '../definition.ts'
import type { Finding } from '../finding.ts'
import { rawTable } from '../table-sql.ts'

const faults = [
  {
    rule: 'S7',
    column: 'marked',
    message: 'The item has to have a value: the marker for what is not available may not stand in it.',
  },
  {
    rule: 'S8',
    column: 'empty',
    message:
      'The cell is empty: what is not available is marked, so that nobody takes a lost value for none.',
  },
] as const

/** Cells of a CSV message with the marker where it may not stand, and cells with nothing: one finding a record and kind. */
export async function cellFindings(
  analytics: Analytics,
  definition: TermDefinition,
): Promise<readonly Finding[]> {
  const { csv } = definition.message
  if (!csv) return []
  const findings: Finding[] = []
  for (const table of definition.tables.values()) {
    if (table.given) continue
    const items = [...table.items.values()]
    const those = (of: readonly (string | null)[]): string =>
      `list_filter([${of.map((test, i) => (test === null ? 'NULL' : `CASE WHEN ${test} THEN ${String(i)} END`)).join(', ')}], lambda each: each IS NOT NULL)`
    const marked = items.map(({ name, mayBeMarked }) =>
      mayBeMarked ? null : `trim(${named(name)}) = ${quoted(csv.marker)}`,
    )
    const empty = items.map(({ name }) => `nullif(trim(${named(name)}), '') IS NULL`)
    const rows = await analytics.rows(
      `SELECT * FROM (SELECT return_id, n, line, row_number() OVER (PARTITION BY return_id ORDER BY n) AS ordinal, ${those(marked)} AS marked, ${those(empty)} AS empty FROM ${named(rawTable(table.name))}) WHERE len(marked) + len(empty) > 0 ORDER BY n`,
    )
    for (const row of rows) {
      for (const { rule, column, message } of faults) {
        const found = (row[column] as readonly (number | bigint)[]).flatMap((i) => items[Number(i)] ?? [])
        if (found.length === 0) continue
        const [ordinal, line] = [Number(row['ordinal']), Number(row['line'])]
        const where = table.once ? table.label : `${table.label} ${String(ordinal)}, line ${String(line)}`
        findings.push({
          rule,
          severity: 'error',
          level: table.once ? 'return' : table.name,
          location: `${where}: ${found.map(({ label }) => label).join(', ')}`,
          message,
          note: { accepts: 'none', says: 'Correct the data.' },
          returnId: Number(row['return_id']),
          table: table.name,
          n: Number(row['n']),
          ordinal,
          line,
          items: found.map(({ name }) => name),
        })
      }
    }
  }
  return findings
}
