import { fail, ok, type Result } from '../../vocabulary/index.ts'
import type { TermDefinition } from '../definition.ts'
import { aggregateOf } from './compile-aggregate.ts'
import { callOf } from './compile-call.ts'
import { listOf, nameOf, stateOf } from './compile-name.ts'
import {
  Fault,
  gatherNothing,
  type Compiled,
  type ConditionScope,
  type Gathered,
  type Inner,
} from './compiling.ts'
import type { ConditionFault, Expression } from './expression.ts'
import type { ValueType } from './functions.ts'
import { quoted } from './sql-text.ts'

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
      return nameOf(expression, scope, inner, measured)
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
      return aggregateOf(expression, scope, inner, compile)
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
