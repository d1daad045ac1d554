import { calendarFunctions } from './calendar-functions.ts'
import { Fault, type Alike, type Compiled, type ConditionScope, type Inner } from './compiling.ts'
import { itemOf, listOf, mapOf } from './compile-name.ts'
import type { Expression } from './expression.ts'
import { conditionFunctions, type ValueType } from './functions.ts'
import { column, named, quoted } from './sql-text.ts'

/** A function’s call; `as` compiles what it is given. */
export function callOf(
  { name, given, at }: Expression & { kind: 'call' },
  scope: ConditionScope,
  inner: Inner,
  as: (each: Expression, type: ValueType) => string,
): Compiled {
  if (name === 'repeated' || name === 'repeatedBelow') {
    const within = name === 'repeated' ? 'return_id' : 'parent'
    return alikeOf(given, 'count(*) > 1', within, { name, at, scope, inner })
  }
  if (name === 'varies') {
    const [varying, ...shared] = given
    if (!varying || shared.length === 0)
      throw new Fault(at, '“varies” wants the item that varies, then what the rows share.')
    const [item = ''] = ownItems([varying], { name, at, scope, inner })
    const asked = `coalesce(min(${named(item)}) <> max(${named(item)}), false)`
    return alikeOf(shared, asked, 'return_id', { name, at, scope, inner })
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

interface Call {
  readonly name: string
  readonly at: number
  readonly scope: ConditionScope
  readonly inner: Inner
}

/** Items of the rule’s own rows. */
function ownItems(given: readonly Expression[], { name, at, scope, inner }: Call): readonly string[] {
  if (inner.aggregating !== 'no' || inner.table === null || given.length === 0)
    throw new Fault(at, `“${name}” is asked of the rule’s own rows, with items of theirs.`)
  return given.map((each) => {
    const item = each.kind === 'name' ? itemOf(each, scope, inner) : null
    if (item?.alias !== inner.alias) throw new Fault(each.at, 'Name an item of the rule’s own rows.')
    return item.item
  })
}

/** Whether what is asked is true of the rows that share these items. */
function alikeOf(
  shared: readonly Expression[],
  asked: string,
  within: Alike['within'],
  call: Call,
): Compiled {
  const items = ownItems(shared, call)
  const { alike } = call.scope.gathered
  const key = [within, ...items].join(' ')
  const rows = alike.get(key) ?? {
    alias: `alike$${String(alike.size)}`,
    within,
    items,
    columns: new Map<string, string>(),
  }
  alike.set(key, rows)
  const known = [...rows.columns].find(([, sql]) => sql === asked)?.[0]
  const name = known ?? `a${String(rows.columns.size)}`
  rows.columns.set(name, asked)
  return { sql: `coalesce(${column(rows.alias, name)}, false)`, type: 'boolean' }
}
