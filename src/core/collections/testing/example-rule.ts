import { openAnalytics } from '../../analytics/index.ts'
import { readPolicyFile, readShape } from '../../policy/index.ts'
import { compileRules } from '../compile-rules.ts'
import { tablesShape } from '../definition-shapes.ts'
import type { TermDefinition } from '../definition.ts'
import { parseCondition } from '../condition/parse-condition.ts'
import { prepareTables } from '../prepare-tables.ts'
import { readTables } from '../read-tables.ts'
import { rawTable } from '../table-sql.ts'

export interface Example {
  /** As in `tables.yaml`. */
  readonly tables: string
  /** Rows of return 0 by table, as SQL: `(return_id, n, parent, line, items …)`. */
  readonly records: readonly (readonly [table: string, values: string])[]
  readonly holidays: readonly string[] | null
}

/** A collection of the year to 31 March 2026 with the example’s tables, and the condition as its one rule. */
function definitionOf({ tables, holidays }: Example, on: string, condition: string): TermDefinition {
  const file = readPolicyFile('tables.yaml', tables)
  const shaped = readShape(file, tablesShape)
  const read = shaped.ok ? readTables(file, shaped.value) : shaped
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const fails = parseCondition(condition)
  if (!fails.ok) throw new Error(fails.error.message)
  const term = {
    name: 'YEAR',
    title: 'A year',
    census: '2026-03-31',
    previousCensus: null,
    due: null,
    periods: new Map<string, never>(),
    confidence: 'official',
  }
  return {
    id: 'example',
    year: 2026,
    title: 'Example',
    source: 'authority',
    law: { instrument: 'example', agreement: null },
    message: { root: 'Message', known: ['EX'] },
    tables: read.value,
    codes: new Map(),
    lists: new Map(),
    maps: new Map(),
    measures: new Map(),
    parameters: new Map(),
    terms: new Map([['YEAR', term]]),
    term,
    holidays,
    listed: [],
    rules: [
      {
        number: '1',
        severity: 'error',
        level: 'return',
        terms: [],
        phases: [],
        on,
        fails: fails.value,
        points: [],
        message: 'Wrong.',
        note: { accepts: 'none', says: 'Correct the data.' },
      },
    ],
  }
}

/** The records that the condition is true of, by their number, the smallest first; null for the whole return. */
export async function trueOf(
  example: Example,
  on: string,
  condition: string,
): Promise<readonly (number | null)[]> {
  const definition = definitionOf(example, on, condition)
  const compiled = compileRules(definition)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  const analytics = await openAnalytics()
  try {
    await prepareTables(analytics, definition)
    await analytics.run('INSERT INTO "return" VALUES (0)')
    for (const [table, values] of example.records)
      await analytics.run(`INSERT INTO "${rawTable(table)}" VALUES ${values}`)
    const rows = await analytics.rows(compiled.value[0]?.sql ?? '')
    return rows.map(({ n }) => (n === null ? null : Number(n))).toSorted((a, b) => (a ?? 0) - (b ?? 0))
  } finally {
    analytics.close()
  }
}

/** What the compiler says against the condition; `none`: nothing. */
export function faultOf(example: Example, on: string, condition: string): string {
  const compiled = compileRules(definitionOf(example, on, condition))
  return compiled.ok ? 'none' : (compiled.error[0]?.message ?? '')
}
