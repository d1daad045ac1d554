import { ancestors, Fault, valueTypes, type Compiled, type ConditionScope, type Inner } from './compiling.ts'
import type { Expression, NameExpression } from './expression.ts'
import type { ValueType } from './functions.ts'
import { column, quoted } from './sql-text.ts'

/** The table and item that a name stands for, or null where it names none. */
export function itemOf(
  { path, at }: NameExpression,
  scope: ConditionScope,
  inner: Inner,
): { readonly alias: string; readonly item: string; readonly type: ValueType } | null {
  const [first = '', second] = path
  if (path.length === 1) {
    const item = inner.table?.items.get(first)
    return item ? { alias: inner.alias, item: first, type: valueTypes[item.type] } : null
  }
  if (path.length !== 2 || second === undefined) return null
  const own = first === 'this' && inner.aggregating === 'other'
  const table = scope.definition.tables.get(own ? scope.on : first)
  if (!table) return null
  const item = table.items.get(second)
  if (!item) throw new Fault(at, `“${first}” has no item “${second}”.`)
  if (own) return { alias: scope.on, item: second, type: valueTypes[item.type] }
  if (table !== inner.table && !table.once && !ancestors(inner.table, scope.definition).includes(first))
    throw new Fault(at, `A row has no single “${first}”: ask with count, any or sum.`)
  if (inner.aggregating === 'other' && !table.once)
    throw new Fault(at, 'Beside the other row, write “this.” for the row itself.')
  if (table !== inner.table) inner.uses.add(first)
  return { alias: table === inner.table ? inner.alias : first, item: second, type: valueTypes[item.type] }
}

/** `measured` compiles the value of a measure. */
export function nameOf(
  name: NameExpression,
  scope: ConditionScope,
  inner: Inner,
  measured: (value: Expression, scope: ConditionScope) => Compiled,
): Compiled {
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

export function stateOf(name: NameExpression, state: string, scope: ConditionScope, inner: Inner): string {
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

/** The values of `list.name` or `codes.name`; null where the expression is something else. */
export function listOf(each: Expression, { definition }: ConditionScope): readonly string[] | null {
  const [kind = '', ...rest] = each.kind === 'name' ? each.path : []
  if (kind !== 'list' && kind !== 'codes') return null
  const name = rest.join('.')
  const known = kind === 'list' ? definition.lists.get(name) : definition.codes.get(name)
  if (!known) throw new Fault(each.at, `There is no ${kind === 'list' ? 'list' : 'code set'} “${name}”.`)
  return known
}

export function mapOf(
  each: Expression,
  { definition }: ConditionScope,
): ReadonlyMap<string, number | string> | null {
  const [kind = '', ...rest] = each.kind === 'name' ? each.path : []
  if (kind !== 'map') return null
  const map = definition.maps.get(rest.join('.'))
  if (!map) throw new Fault(each.at, `There is no map “${rest.join('.')}”.`)
  return map
}
