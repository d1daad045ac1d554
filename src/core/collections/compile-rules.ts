import { fail, ok, type Result } from '../vocabulary/index.ts'
import { compileCondition } from './condition/compile-condition.ts'
import { ancestors, gatherNothing, type Alike, type Gathered, type Grouping } from './condition/compiling.ts'
import { column, named, quoted } from './condition/sql-text.ts'
import type { Rule, TermDefinition } from './definition.ts'

/** Rules about one table, as one statement: a row for each record and rule that it breaks. */
export interface RuleQuery {
  readonly on: string
  /** Gives `return_id`, `n`, `line` and `f`, of every record: what is true of it, in the order of `rules`. */
  readonly tested: string
  /** Gives `return_id`, `n` (null for the whole return), `line`, and `rule`: a position in `rules`. */
  readonly sql: string
  readonly rules: readonly Rule[]
}

export interface RuleFault {
  readonly rule: string
  /** Where in the condition. */
  readonly at: number
  readonly message: string
}

/** So many rules are one statement at most: several can be asked side by side. */
const mostTogether = 50

/** The rules of a term as SQL over the typed views of loaded returns: a statement for some rules of one table. */
export function compileRules(definition: TermDefinition): Result<readonly RuleQuery[], readonly RuleFault[]> {
  const faults: RuleFault[] = []
  const queries: RuleQuery[] = []
  const asked = definition.rules.filter(
    ({ terms }) => terms.length === 0 || terms.includes(definition.term.name),
  )
  for (const [on, rules] of portions(Map.groupBy(asked, (rule) => rule.on))) {
    const gathered = gatherNothing()
    const phased = definition.tables.has('school') && rules.some(({ phases }) => phases.length > 0)
    if (phased && on !== 'school') gathered.uses.add('school')
    const conditions = rules.map((rule) => {
      const condition = compileCondition(rule.fails, { definition, on, gathered })
      if (!condition.ok) {
        faults.push({ rule: rule.number, ...condition.error })
        return 'false'
      }
      return rule.phases.length === 0
        ? condition.value
        : `(${condition.value} AND coalesce("school"."phase" IN (${rule.phases.map(quoted).join(', ')}), false))`
    })
    const from = relation(on, gathered, definition)
    queries.push({ on, rules, tested: tests(on, conditions, from), sql: statement(on, conditions, from) })
  }
  return faults.length > 0 ? fail(faults) : ok(queries)
}

/** Of equal size as far as may be. */
function portions(
  byTable: ReadonlyMap<string, readonly Rule[]>,
): readonly (readonly [on: string, rules: readonly Rule[]])[] {
  return [...byTable].flatMap(([on, rules]) => {
    const size = Math.ceil(rules.length / Math.ceil(rules.length / mostTogether))
    return Array.from(
      { length: Math.ceil(rules.length / size) },
      (_, i) => [on, rules.slice(i * size, (i + 1) * size)] as const,
    )
  })
}

const placeOf = (on: string): string =>
  on === 'return' ? 'NULL::BIGINT AS n, NULL::BIGINT AS line' : `${named(on)}.n, ${named(on)}.line`

const tests = (on: string, conditions: readonly string[], from: string): string =>
  `SELECT ${column(on, 'return_id')}, ${placeOf(on)}, [${conditions.join(', ')}] AS f FROM ${from}`

/** The same as the query’s statement, from a table of what its `tested` gives. */
export const brokenIn = ({ rules }: RuleQuery, tested: string): string =>
  `SELECT return_id, n, line, unnest(list_where(range(${String(rules.length)}), f)) AS rule FROM ${tested} WHERE list_contains(f, true)`

/** A record that breaks no rule is left out before its rules are listed: most break none. */
function statement(on: string, conditions: readonly string[], from: string): string {
  const table = named(on)
  const asked = conditions.map((sql, i) => `${sql} AS f${String(i)}`)
  const broken = conditions.map((_, i) => `f${String(i)}`)
  const numbered = broken.map((name, i) => `CASE WHEN ${name} THEN ${String(i)} END`)
  return `SELECT return_id, n, line, unnest(list_filter([${numbered.join(', ')}], lambda each: each IS NOT NULL)) AS rule FROM (SELECT ${[`${table}.return_id`, placeOf(on), ...asked].join(', ')} FROM ${from}) WHERE ${broken.join(' OR ')}`
}

/** The table with everything that its conditions ask for joined to it: still one row a record. */
export function relation(on: string, gathered: Gathered, definition: TermDefinition): string {
  return [
    named(on),
    ...joins(on, gathered.uses, definition),
    ...[...gathered.groupings.values()].map((grouping) => grouped(on, grouping, definition)),
    ...[...gathered.alike.values()].map((alike) => sharing(on, alike)),
  ].join(' ')
}

/** Joins of the tables above, and of those that stand once in a return. */
function joins(on: string, uses: ReadonlySet<string>, definition: TermDefinition): readonly string[] {
  const above = ancestors(definition.tables.get(on) ?? null, definition)
  const highest = above.findLastIndex((name) => uses.has(name))
  const chain = above.slice(0, highest + 1)
  const below = [on, ...chain]
  return [
    ...chain.map(
      (name, i) => `JOIN ${named(name)} ON ${column(name, 'n')} = ${column(below[i] ?? on, 'parent')}`,
    ),
    ...[...uses]
      .filter((name) => name !== on && !above.includes(name))
      .map((name) => `LEFT JOIN ${named(name)} ON ${column(name, 'return_id')} = ${column(on, 'return_id')}`),
  ]
}

function grouped(on: string, grouping: Grouping, definition: TermDefinition): string {
  const { alias, over, reach, columns, uses } = grouping
  const up = new Set(uses)
  const direct = definition.tables.get(over)?.parent === on
  if (reach === 'below' && !direct) up.add(on)
  const key =
    reach === 'return' ? column(over, 'return_id') : direct ? column(over, 'parent') : column(on, 'n')
  const aggregates = [...columns].map(([name, sql]) => `${sql} AS ${named(name)}`)
  const from = [named(over), ...joins(over, up, definition)].join(' ')
  return `LEFT JOIN (SELECT ${[`${key} AS k`, ...aggregates].join(', ')} FROM ${from} GROUP BY 1) AS ${named(alias)} ON ${column(alias, 'k')} = ${column(on, reach === 'return' ? 'return_id' : 'n')}`
}

/** Of the rows that share values, those groups alone of which something asked is true: mostly none. */
function sharing(on: string, { alias, within, items, columns }: Alike): string {
  const [first = '', ...rest] = items.map(named)
  const asked = [...columns].map(([name, sql]) => `${sql} AS ${named(name)}`)
  const keys = [within, first, ...rest].join(', ')
  const same = [
    `${column(alias, within)} = ${column(on, within)}`,
    `${named(alias)}.${first} = ${named(on)}.${first}`,
    ...rest.map((item) => `${named(alias)}.${item} IS NOT DISTINCT FROM ${named(on)}.${item}`),
  ]
  return `LEFT JOIN (SELECT ${[keys, ...asked].join(', ')} FROM ${named(on)} WHERE ${first} IS NOT NULL GROUP BY ${keys} HAVING ${[...columns.values()].join(' OR ')}) AS ${named(alias)} ON ${same.join(' AND ')}`
}
