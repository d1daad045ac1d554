import { openAnalytics } from '../../analytics/index.ts'
import { withBroken } from '../breaches.ts'
import { compileRules } from '../compile-rules.ts'
import { named, quoted } from '../condition/sql-text.ts'
import type { CollectionDefinition, TermDefinition } from '../definition.ts'
import { prepareTables } from '../prepare-tables.ts'
import { fixedColumns, rawTable } from '../table-sql.ts'
import { termDefinition } from '../term-definition.ts'
import type { CaseFile, CaseRecord, RuleCase } from './case-file.ts'

export interface CaseOutcome {
  readonly case: RuleCase
  readonly broken: ReadonlySet<string>
}

/** Runs every rule over every case at once, each case a return of its own: a collection’s thousand cases in some seconds. */
export async function runCases(
  definition: CollectionDefinition,
  file: CaseFile,
): Promise<readonly CaseOutcome[]> {
  const outcomes: CaseOutcome[] = []
  const termOf = (each: RuleCase): string => {
    const rule = definition.rules.find(({ number }) => number === each.rule)
    return each.term ?? rule?.terms[0] ?? [...definition.terms.keys()][0] ?? ''
  }
  for (const [name, cases] of Map.groupBy(file.cases, termOf)) {
    const term = termDefinition(definition, name)
    if (!term) throw new Error(`rule ${cases[0]?.rule ?? ''}: there is no term ${name}`)
    outcomes.push(...(await runTerm(term, file.defaults, cases)))
  }
  return outcomes
}

async function runTerm(
  definition: TermDefinition,
  defaults: CaseFile['defaults'],
  cases: readonly RuleCase[],
): Promise<readonly CaseOutcome[]> {
  const compiled = compileRules(definition)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  const analytics = await openAnalytics()
  try {
    await prepareTables(analytics, definition)
    await analytics.run(`INSERT INTO "return" VALUES ${cases.map((_, i) => `(${String(i)})`).join(', ')}`)
    for (const [table, rows] of rowsOf(definition, defaults, cases)) {
      const columns = [...(definition.tables.get(table)?.items.keys() ?? [])]
      const values = rows.map(
        ({ fixed, items }) =>
          `(${[...fixed.map(String), ...columns.map((name) => written(items[name]))].join(', ')})`,
      )
      if (values.length > 0)
        await analytics.run(`INSERT INTO ${named(rawTable(table))} VALUES ${values.join(', ')}`)
    }
    const broken = new Map<number, Set<string>>()
    for (const query of compiled.value) {
      for (const { return_id, rule } of await withBroken(analytics, query, (sql) => analytics.rows(sql))) {
        const set = broken.get(Number(return_id)) ?? new Set()
        broken.set(Number(return_id), set.add(query.rules[Number(rule)]?.number ?? ''))
      }
    }
    return cases.map((each, i) => ({ case: each, broken: broken.get(i) ?? new Set<string>() }))
  } finally {
    analytics.close()
  }
}

/** The tables of people: a case that says nothing of them has one. */
const people = ['pupil', 'child']

const written = (value: CaseRecord[string] | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? quoted(String(value)) : 'NULL'

interface CaseRow {
  readonly fixed: readonly number[]
  readonly items: CaseRecord
}

function rowsOf(
  definition: TermDefinition,
  defaults: CaseFile['defaults'],
  cases: readonly RuleCase[],
): ReadonlyMap<string, readonly CaseRow[]> {
  const rows = new Map<string, CaseRow[]>([...definition.tables.keys()].map((name) => [name, []]))
  let number = fixedColumns.length
  const add = (table: string, parent: number, id: number, record: CaseRecord, phase: string | null): void => {
    const { times = 1, ...given } = record
    const below = Object.entries(given).filter(([name]) => definition.tables.get(name)?.parent === table)
    const names = new Set(below.map(([name]) => name))
    for (const name of Object.keys(given)) {
      if (!names.has(name) && !definition.tables.get(table)?.items.has(name))
        throw new Error(`rule ${cases[id]?.rule ?? ''}: “${table}” has no item or table “${name}”`)
    }
    const items = {
      ...defaults[table],
      ...(table === 'school' && phase !== null ? { phase } : {}),
      ...Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name))),
    }
    for (let i = 0; i < Number(times); i++) {
      const n = ++number
      rows.get(table)?.push({ fixed: [id, n, parent, 1], items })
      for (const [name, records] of below)
        for (const each of records as readonly CaseRecord[]) add(name, n, id, each, phase)
    }
  }
  for (const [id, { tables, phase }] of cases.entries()) {
    for (const { name, parent, once } of definition.tables.values()) {
      if (parent !== null) continue
      const given = tables[name] ?? (defaults[name] && (once || people.includes(name)) ? [{}] : [])
      for (const record of given) add(name, id, id, record, phase)
    }
    for (const name of Object.keys(tables)) {
      if (definition.tables.get(name)?.parent !== null)
        throw new Error(`rule ${cases[id]?.rule ?? ''}: “${name}” stands below another table`)
    }
  }
  return rows
}
