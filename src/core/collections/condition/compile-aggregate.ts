import type { ReturnTable } from '../definition.ts'
import {
  ancestors,
  Fault,
  valueTypes,
  type Compile,
  type Compiled,
  type ConditionScope,
  type Inner,
} from './compiling.ts'
import type { Aggregate } from './expression.ts'
import type { ValueType } from './functions.ts'
import { column, named } from './sql-text.ts'

/** An aggregate, which the query of the rule’s table joins, or `other`, which looks through rows itself. */
export function aggregateOf(
  aggregate: Aggregate,
  scope: ConditionScope,
  inner: Inner,
  compile: Compile,
): Compiled {
  const { definition, gathered } = scope
  const table = definition.tables.get(aggregate.table)
  if (!table) throw new Fault(aggregate.at, `There is no table “${aggregate.table}”.`)
  if (inner.aggregating !== 'no') throw new Fault(aggregate.at, 'Aggregates do not stand within each other.')
  if (aggregate.value !== null && !table.items.has(aggregate.value))
    throw new Fault(aggregate.at, `“${aggregate.table}” has no item “${aggregate.value}”.`)
  const valueType =
    aggregate.value === null || aggregate.name === 'kinds'
      ? 'number'
      : valueTypes[table.items.get(aggregate.value)?.type ?? 'text']
  if (aggregate.name === 'holders' && (aggregate.reach === 'other' || table.parent === null))
    throw new Fault(aggregate.at, '“holders” wants a table that stands below another.')
  if (aggregate.reach === 'other') return otherOf(aggregate, table, scope, compile)
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

function otherOf(
  aggregate: Aggregate,
  table: ReturnTable,
  scope: ConditionScope,
  compile: Compile,
): Compiled {
  const same = sameRecord(aggregate, table, scope)
  const uses = new Set<string>()
  const where = aggregate.where
    ? compile(aggregate.where, scope, { table, alias: 'other', uses, aggregating: 'other' }).sql
    : 'true'
  for (const use of uses) scope.gathered.uses.add(use)
  scope.gathered.others.add(aggregate.within ?? table.parent ?? 'return')
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
      : valueTypes[table.items.get(aggregate.value)?.type ?? 'text']
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
