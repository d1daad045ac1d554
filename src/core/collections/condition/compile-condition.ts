import { fail, ok, type Result } from '../../vocabulary/index.ts'
import type { ReturnItemType, ReturnTable, TermDefinition } from '../definition.ts'
import type { Aggregate, ConditionFault, Expression, NameExpression } from './expression.ts'
import { calendarFunctions } from './calendar-functions.ts'
import { conditionFunctions, type ValueType } from './functions.ts'
import { column, named, quoted } from './sql-text.ts'

/** An aggregate that the query of a table must join: one grouped pass over `over` for each reach. */
export interface Grouping {
  /** Alias of the joined relation. */
  readonly alias: string
  readonly over: string
  readonly reach: 'below' | 'return'
  /** Aggregate expressions by column name. */
  readonly columns: Map<string, string>
  /** Tables named in the conditions, beside `over`. */
  readonly uses: Set<string>
}

/** What a table’s conditions need joined to it, gathered while they are compiled. */
export interface Gathered {
  readonly groupings: Map<string, Grouping>
  readonly uses: Set<string>
}

export const gatherNothing = (): Gathered => ({ groupings: new Map(), uses: new Set() })

export interface ConditionScope {
  readonly definition: TermDefinition
  /** The table whose rows are asked, or `return`. */
  readonly on: string
  readonly gathered: Gathered
}

interface Inner {
  /** The table whose items need no prefix, and its alias. */
  readonly table: ReturnTable | null
  readonly alias: string
  readonly uses: Set<string>
  readonly aggregating: 'no' | 'grouped' | 'other'
}

interface Compiled {
  readonly sql: string
  readonly type: ValueType
}

class Fault extends Error {
  readonly fault: ConditionFault
  constructor(at: number, message: string) {
    super(message)
    this.fault = { at, message }
  }
}

const types: Readonly<Record<ReturnItemType, ValueType>> = {
  text: 'text',
  code: 'text',
  time: 'text',
  integer: 'number',
  decimal: 'number',
  date: 'date',
  boolean: 'boolean',
}

/** The condition as SQL that is true or false, never null, over the relation that `scope.gathered` describes. */
export function compileCondition(
  expression: Expression,
  scope: ConditionScope,
): Result<string, ConditionFault> {
  try {
    const table = scope.on === 'return' ? null : (scope.definition.tables.get(scope.on) ?? null)
    if (scope.on !== 'return' && table === null) throw new Fault(0, `There is no table “${scope.on}”.`)
    const inner: Inner = { table, alias: scope.on, uses: scope.gathered.uses, aggregating: 'no' }
    const { sql, type } = compile(expression, scope, inner)
    if (type !== 'boolean') throw new Fault(expression.at, 'A condition is true or false; this is a value.')
    return ok(sql)
  } catch (error) {
    if (error instanceof Fault) return fail(error.fault)
    throw error
  }
}

/** A number of the whole return, as SQL over the relation of `return` with what it gathered. */
export function compileValue(
  expression: Expression,
  definition: TermDefinition,
  gathered: Gathered = gatherNothing(),
): Result<string, ConditionFault> {
  try {
    const { sql, type } = measured(expression, { definition, on: 'return', gathered })
    if (type !== 'number') throw new Fault(expression.at, 'A measure is a number.')
    return ok(sql)
  } catch (error) {
    if (error instanceof Fault) return fail(error.fault)
    throw error
  }
}

/** A measure is asked of the return, whichever table’s rows the rule asks, and of no other measure. */
function measured(value: Expression, { definition, gathered }: ConditionScope): Compiled {
  const plain = { ...definition, measures: new Map<string, never>() }
  const inner: Inner = { table: null, alias: 'return', uses: gathered.uses, aggregating: 'no' }
  return compile(value, { definition: plain, on: 'return', gathered }, inner)
}

function compile(expression: Expression, scope: ConditionScope, inner: Inner): Compiled {
  const go = (each: Expression): Compiled => compile(each, scope, inner)
  const as = (each: Expression, type: ValueType): string => {
    const done = go(each)
    if (done.type !== type) throw new Fault(each.at, `A ${type} belongs here, and this is a ${done.type}.`)
    return done.sql
  }
  const truth = (each: Expression): string =>
    each.kind === 'name' || each.kind === 'call'
      ? `coalesce(${as(each, 'boolean')}, false)`
      : as(each, 'boolean')
  switch (expression.kind) {
    case 'number':
      return { sql: expression.value, type: 'number' }
    case 'text':
      return { sql: quoted(expression.value), type: 'text' }
    case 'boolean':
      return { sql: String(expression.value), type: 'boolean' }
    case 'name':
      return nameOf(expression, scope, inner)
    case 'not':
      return { sql: `(NOT ${truth(expression.of)})`, type: 'boolean' }
    case 'and':
    case 'or':
      return {
        sql: `(${truth(expression.left)} ${expression.kind.toUpperCase()} ${truth(expression.right)})`,
        type: 'boolean',
      }
    case 'compare': {
      const [left, right] = [go(expression.left), go(expression.right)]
      if (left.type !== right.type)
        throw new Fault(expression.at, `A ${left.type} can’t be compared with a ${right.type}.`)
      const operator = expression.operator === '!=' ? '=' : expression.operator
      const sql = `coalesce(${left.sql} ${operator} ${right.sql}, false)`
      return { sql: expression.operator === '!=' ? `(NOT ${sql})` : sql, type: 'boolean' }
    }
    case 'arithmetic':
      return {
        sql: `(${as(expression.left, 'number')} ${expression.operator} ${as(expression.right, 'number')})`,
        type: 'number',
      }
    case 'state':
      return { sql: stateOf(expression.of, expression.state, scope, inner), type: 'boolean' }
    case 'in':
      return { sql: memberOf(expression, scope, go), type: 'boolean' }
    case 'matches':
      return {
        sql: `coalesce(regexp_full_match(${as(expression.of, 'text')}, ${quoted(checked(expression.pattern, expression.at))}), false)`,
        type: 'boolean',
      }
    case 'call':
      return callOf(expression, scope, inner, as)
    case 'aggregate':
      return aggregateOf(expression, scope, inner)
  }
}

function checked(pattern: string, at: number): string {
  try {
    new RegExp(pattern, 'u')
    return pattern
  } catch {
    throw new Fault(at, 'This is not a regular expression.')
  }
}

/** The table and item that a name stands for, or null where it names none. */
function itemOf(
  { path, at }: NameExpression,
  scope: ConditionScope,
  inner: Inner,
): { readonly alias: string; readonly item: string; readonly type: ValueType } | null {
  const [first = '', second] = path
  if (path.length === 1) {
    const item = inner.table?.items.get(first)
    return item ? { alias: inner.alias, item: first, type: types[item.type] } : null
  }
  if (path.length !== 2 || second === undefined) return null
  const own = first === 'this' && inner.aggregating === 'other'
  const table = scope.definition.tables.get(own ? scope.on : first)
  if (!table) return null
  const item = table.items.get(second)
  if (!item) throw new Fault(at, `“${first}” has no item “${second}”.`)
  if (own) return { alias: scope.on, item: second, type: types[item.type] }
  if (table !== inner.table && !table.once && !ancestors(inner.table, scope.definition).includes(first))
    throw new Fault(at, `A row has no single “${first}”: ask with count, any or sum.`)
  if (inner.aggregating === 'other' && !table.once)
    throw new Fault(at, 'Beside the other row, write “this.” for the row itself.')
  if (table !== inner.table) inner.uses.add(first)
  return { alias: table === inner.table ? inner.alias : first, item: second, type: types[item.type] }
}

/** Names of the tables above a table, the nearest first. */
export function ancestors(table: ReturnTable | null, definition: TermDefinition): readonly string[] {
  const names: string[] = []
  for (let up = table?.parent ?? null; up !== null; up = definition.tables.get(up)?.parent ?? null)
    names.push(up)
  return names
}

function nameOf(name: NameExpression, scope: ConditionScope, inner: Inner): Compiled {
  const item = itemOf(name, scope, inner)
  if (item) return { sql: column(item.alias, item.item), type: item.type }
  const { definition } = scope
  const { term } = definition
  const whole = name.path.join('.')
  const [first, second = '', third] = name.path
  const dated = (date: string | null): Compiled => ({
    sql: date === null ? 'CAST(NULL AS DATE)' : `DATE ${quoted(date)}`,
    type: 'date',
  })
  if (whole === 'census') return dated(term.census)
  if (whole === 'previousCensus') return dated(term.previousCensus)
  if (whole === 'term') return { sql: quoted(term.name), type: 'text' }
  if (whole === 'collectionYear') return { sql: String(definition.year), type: 'number' }
  if (first === 'parameter') {
    const value = definition.parameters.get(name.path.slice(1).join('.'))
    if (value === undefined) throw new Fault(name.at, `There is no parameter “${second}”.`)
    return typeof value === 'number'
      ? { sql: String(value), type: 'number' }
      : { sql: quoted(value), type: 'text' }
  }
  if (first === 'measure') {
    const measure = definition.measures.get(second)
    if (!measure || name.path.length !== 2) throw new Fault(name.at, `There is no measure “${second}” here.`)
    if (inner.aggregating !== 'no')
      throw new Fault(name.at, 'A measure is not a part of a row that is counted.')
    return measure.terms.length === 0 || measure.terms.includes(term.name)
      ? measured(measure.value, scope)
      : { sql: 'CAST(NULL AS BIGINT)', type: 'number' }
  }
  if (first === 'period' && (third === 'from' || third === 'to')) {
    // A period that this term does not collect: every comparison with it is false.
    return dated(term.periods.get(second)?.[third] ?? null)
  }
  throw new Fault(name.at, `“${whole}” is not an item, a parameter or a period here.`)
}

function stateOf(name: NameExpression, state: string, scope: ConditionScope, inner: Inner): string {
  const item = itemOf(name, scope, inner)
  if (!item) throw new Fault(name.at, `“${name.path.join('.')}” is not an item.`)
  const raw = column(item.alias, `${item.item}$raw`)
  const right = column(item.alias, `${item.item}$right`)
  switch (state) {
    case 'absent':
      return `(${raw} IS NULL)`
    case 'present':
      return `(${raw} IS NOT NULL)`
    case 'invalid':
      return `(${raw} IS NOT NULL AND NOT coalesce(${right}, false))`
    default:
      return `(${raw} IS NOT NULL AND coalesce(${right}, false))`
  }
}

function memberOf(
  { of, list, at }: Expression & { kind: 'in' },
  scope: ConditionScope,
  go: (each: Expression) => Compiled,
): string {
  const member = go(of)
  const values = list.flatMap((each): readonly string[] => {
    const known = listOf(each, scope)
    if (known) {
      if (member.type === 'number') return known.map((value) => String(Number(value)))
      return known.map(quoted)
    }
    const value = go(each)
    if (value.type !== member.type)
      throw new Fault(at, `A ${member.type} can’t be in a list of ${value.type}s.`)
    return [value.sql]
  })
  return values.length === 0 ? 'false' : `coalesce(${member.sql} IN (${values.join(', ')}), false)`
}

/** The values of `list.name` or `codes.name`; null where the expression is something else. */
function listOf(each: Expression, { definition }: ConditionScope): readonly string[] | null {
  const [kind = '', ...rest] = each.kind === 'name' ? each.path : []
  if (kind !== 'list' && kind !== 'codes') return null
  const name = rest.join('.')
  const known = kind === 'list' ? definition.lists.get(name) : definition.codes.get(name)
  if (!known) throw new Fault(each.at, `There is no ${kind === 'list' ? 'list' : 'code set'} “${name}”.`)
  return known
}

function mapOf(
  each: Expression,
  { definition }: ConditionScope,
): ReadonlyMap<string, number | string> | null {
  const [kind = '', ...rest] = each.kind === 'name' ? each.path : []
  if (kind !== 'map') return null
  const map = definition.maps.get(rest.join('.'))
  if (!map) throw new Fault(each.at, `There is no map “${rest.join('.')}”.`)
  return map
}

function callOf(
  { name, given, at }: Expression & { kind: 'call' },
  scope: ConditionScope,
  inner: Inner,
  as: (each: Expression, type: ValueType) => string,
): Compiled {
  if (name === 'repeated' || name === 'repeatedBelow') {
    if (inner.aggregating !== 'no' || inner.table === null || given.length === 0)
      throw new Fault(at, `“${name}” is asked of the rule’s own rows, with the items that repeat.`)
    const items = given.map((each) => {
      const item = each.kind === 'name' ? itemOf(each, scope, inner) : null
      if (!item) throw new Fault(each.at, 'Name an item that repeats.')
      return column(item.alias, item.item)
    })
    const first = items[0] ?? ''
    const within = column(inner.alias, name === 'repeated' ? 'return_id' : 'parent')
    return {
      sql: `(${first} IS NOT NULL AND count(*) OVER (PARTITION BY ${[within, ...items].join(', ')}) > 1)`,
      type: 'boolean',
    }
  }
  if (name === 'varies') {
    if (inner.aggregating !== 'no' || inner.table === null || given.length < 2)
      throw new Fault(
        at,
        '“varies” is asked of the rule’s own rows: the item that varies, then what the rows share.',
      )
    const [varying = '', first = '', ...rest] = given.map((each) => {
      const item = each.kind === 'name' ? itemOf(each, scope, inner) : null
      if (!item) throw new Fault(each.at, 'Name an item.')
      return column(item.alias, item.item)
    })
    const over = `OVER (PARTITION BY ${[column(inner.alias, 'return_id'), first, ...rest].join(', ')})`
    return {
      sql: `(${first} IS NOT NULL AND coalesce(min(${varying}) ${over} <> max(${varying}) ${over}, false))`,
      type: 'boolean',
    }
  }
  if (name === 'raw') {
    const item = given[0]?.kind === 'name' && given.length === 1 ? itemOf(given[0], scope, inner) : null
    if (!item) throw new Fault(at, '“raw” wants one item.')
    return { sql: column(item.alias, `${item.item}$raw`), type: 'text' }
  }
  if (name === 'place') {
    const [of, list] = given
    const known = list && given.length === 2 ? listOf(list, scope) : null
    if (!of || !known) throw new Fault(at, '“place” wants a value and a list: place(ncYear, list.yearOrder).')
    const places = known.map((value, i) => `WHEN ${quoted(value)} THEN ${String(i + 1)}`)
    return {
      sql: places.length === 0 ? 'CAST(NULL AS INTEGER)' : `CASE ${as(of, 'text')} ${places.join(' ')} END`,
      type: 'number',
    }
  }
  if (name === 'mapped') {
    const [of, by] = given
    const map = by && given.length === 2 ? mapOf(by, scope) : null
    if (!of || !map)
      throw new Fault(at, '“mapped” wants a code and a map: mapped(school.type, map.lowestAge).')
    const numbers = [...map.values()].every((value) => typeof value === 'number')
    const whens = [...map].map(
      ([code, value]) =>
        `WHEN ${quoted(code)} THEN ${typeof value === 'number' ? String(value) : quoted(value)}`,
    )
    const sql = `CASE ${as(of, 'text')} ${whens.join(' ')} END`
    return { sql: whens.length === 0 ? 'CAST(NULL AS INTEGER)' : sql, type: numbers ? 'number' : 'text' }
  }
  if (name === 'orZero') {
    if (given.length !== 1 || !given[0]) throw new Fault(at, '“orZero” wants one number.')
    return { sql: `coalesce(${as(given[0], 'number')}, 0)`, type: 'number' }
  }
  const functions = { ...conditionFunctions, ...calendarFunctions(scope.definition.holidays) }
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!known) throw new Fault(at, `There is no function “${name}”.`)
  if (known.given.length !== given.length)
    throw new Fault(at, `“${name}” wants ${String(known.given.length)} values: ${known.says}.`)
  const sql = known.sql(...known.given.map((type, i) => as(given[i] as Expression, type)))
  return { sql, type: known.gives }
}

function aggregateOf(aggregate: Aggregate, scope: ConditionScope, inner: Inner): Compiled {
  const { definition, gathered } = scope
  const table = definition.tables.get(aggregate.table)
  if (!table) throw new Fault(aggregate.at, `There is no table “${aggregate.table}”.`)
  if (inner.aggregating !== 'no') throw new Fault(aggregate.at, 'Aggregates do not stand within each other.')
  if (aggregate.value !== null && !table.items.has(aggregate.value))
    throw new Fault(aggregate.at, `“${aggregate.table}” has no item “${aggregate.value}”.`)
  const valueType =
    aggregate.value === null || aggregate.name === 'kinds'
      ? 'number'
      : types[table.items.get(aggregate.value)?.type ?? 'text']
  if (aggregate.name === 'holders' && (aggregate.reach === 'other' || table.parent === null))
    throw new Fault(aggregate.at, '“holders” wants a table that stands below another.')
  if (aggregate.reach === 'other') return otherOf(aggregate, table, scope)
  const reach = aggregate.reach === 'return' || scope.on === 'return' ? 'return' : 'below'
  if (reach === 'below' && !ancestors(table, definition).includes(scope.on))
    throw new Fault(
      aggregate.at,
      `“${aggregate.table}” is not below “${scope.on}”: write return.${aggregate.table}.`,
    )
  const alias = `${reach}$${table.name}`
  const grouping = gathered.groupings.get(alias) ?? {
    alias,
    over: table.name,
    reach,
    columns: new Map<string, string>(),
    uses: new Set<string>(),
  }
  gathered.groupings.set(alias, grouping)
  const where = aggregate.where
    ? compile(aggregate.where, scope, {
        table,
        alias: table.name,
        uses: grouping.uses,
        aggregating: 'grouped',
      })
    : null
  if (where && where.type !== 'boolean') throw new Fault(aggregate.at, '“where” wants a condition.')
  const filter = where ? ` FILTER (WHERE ${where.sql})` : ''
  const value =
    aggregate.name === 'holders'
      ? `DISTINCT ${column(table.name, 'parent')}`
      : aggregate.value === null
        ? '*'
        : `${aggregate.name === 'kinds' ? 'DISTINCT ' : ''}${column(table.name, aggregate.value)}`
  const call = ['sum', 'min', 'max'].includes(aggregate.name) ? aggregate.name : 'count'
  const text = `${call}(${value})${filter}`
  const known = [...grouping.columns].find(([, each]) => each === text)?.[0]
  const name = known ?? `a${String(grouping.columns.size)}`
  grouping.columns.set(name, text)
  return finish(aggregate, column(alias, name), valueType)
}

function otherOf(aggregate: Aggregate, table: ReturnTable, scope: ConditionScope): Compiled {
  const same = sameRecord(aggregate, table, scope)
  const uses = new Set<string>()
  const where = aggregate.where
    ? compile(aggregate.where, scope, { table, alias: 'other', uses, aggregating: 'other' }).sql
    : 'true'
  for (const use of uses) scope.gathered.uses.add(use)
  const value =
    aggregate.value === null
      ? '*'
      : `${aggregate.name === 'kinds' ? 'DISTINCT ' : ''}${column('other', aggregate.value)}`
  const call = ['sum', 'min', 'max'].includes(aggregate.name) ? aggregate.name : 'count'
  const itself = table.name === scope.on ? ` AND "other".n <> ${column(table.name, 'n')}` : ''
  const sql = `(SELECT ${call}(${value}) FROM ${same.from} WHERE ${same.key} = ${same.own}${itself} AND ${where})`
  const valueType =
    aggregate.value === null || aggregate.name === 'kinds'
      ? 'number'
      : types[table.items.get(aggregate.value)?.type ?? 'text']
  return finish(aggregate, sql, valueType)
}

/** The rows that `other` looks through, and the two columns that say which record above a row belongs to. */
function sameRecord(
  { at, within }: Aggregate,
  table: ReturnTable,
  { definition, gathered, on }: ConditionScope,
): { readonly from: string; readonly key: string; readonly own: string } {
  const from = `${named(table.name)} AS "other"`
  if (within === null) {
    if (table.name !== on)
      throw new Fault(at, `“other” looks at rows of “${on}” itself, unless “within” follows.`)
    return { from, key: column('other', 'parent'), own: column(on, 'parent') }
  }
  const below = (start: ReturnTable | null): readonly string[] => {
    const above = ancestors(start, definition)
    const place = above.indexOf(within)
    if (place < 0) throw new Fault(at, `“${within}” does not stand above “${start?.name ?? on}”.`)
    return above.slice(0, place)
  }
  const [ours, theirs] = [below(definition.tables.get(on) ?? null), below(table)]
  const nearest = ours.at(-1)
  if (nearest !== undefined) gathered.uses.add(nearest)
  const alias = (name: string | undefined): string => (name === undefined ? 'other' : `other$${name}`)
  const joined = theirs.map(
    (name, i) =>
      ` JOIN ${named(name)} AS ${named(alias(name))} ON ${column(alias(name), 'n')} = ${column(alias(theirs[i - 1]), 'parent')}`,
  )
  return {
    from: from + joined.join(''),
    key: column(alias(theirs.at(-1)), 'parent'),
    own: column(nearest ?? on, 'parent'),
  }
}

function finish(aggregate: Aggregate, sql: string, type: ValueType): Compiled {
  switch (aggregate.name) {
    case 'any':
      return { sql: `(coalesce(${sql}, 0) > 0)`, type: 'boolean' }
    case 'none':
      return { sql: `(coalesce(${sql}, 0) = 0)`, type: 'boolean' }
    case 'count':
    case 'holders':
    case 'kinds':
    case 'sum':
      return { sql: `coalesce(${sql}, 0)`, type: 'number' }
    case 'min':
    case 'max':
      return { sql, type }
  }
}
