import { fail, ok, type Result } from '../../vocabulary/index.ts'
import type { Aggregate, ConditionFault, Expression, ItemState } from './expression.ts'
import { tokensOf, type Token } from './tokens.ts'

const aggregates: readonly string[] = ['count', 'holders', 'kinds', 'any', 'none', 'sum', 'min', 'max']
const states: readonly string[] = ['absent', 'present', 'invalid', 'valid']
const comparisons: readonly string[] = ['=', '!=', '<', '<=', '>', '>=']
/** Parentheses and `not` within each other. */
const deepest = 40

class Fault extends Error {
  readonly fault: ConditionFault
  constructor(at: number, message: string) {
    super(message)
    this.fault = { at, message }
  }
}

/**
 * Reads a condition:
 *
 *     language is absent or language is invalid
 *     count(session where sessions > 0 and reason in list.absence) > 0 and school.phase != 'NS'
 *
 * `or` binds weakest, then `and`, `not`, comparisons, `+ -`, `* /`.
 */
export function parseCondition(condition: string): Result<Expression, ConditionFault> {
  const tokens = tokensOf(condition)
  if ('message' in tokens) return fail(tokens)
  try {
    return ok(read(tokens))
  } catch (error) {
    if (error instanceof Fault) return fail(error.fault)
    throw error
  }
}

function read(tokens: readonly Token[]): Expression {
  let next = 0
  let depth = 0
  const end = tokens.at(-1) ?? { kind: 'end' as const, value: '', at: 0 }
  const peek = (ahead = 0): Token => tokens[next + ahead] ?? end
  const take = (): Token => tokens[next++] ?? end
  const is = (value: string, kind: Token['kind'] = 'word'): boolean =>
    peek().kind === kind && peek().value === value
  const took = (value: string, kind: Token['kind'] = 'word'): boolean => {
    if (!is(value, kind)) return false
    next++
    return true
  }
  const expect = (value: string): void => {
    if (!took(value, 'sign')) throw new Fault(peek().at, `“${value}” is missing here.`)
  }
  const deeper = <T>(go: () => T): T => {
    if (++depth > deepest) throw new Fault(peek().at, 'This is nested too deep to be meant.')
    const result = go()
    depth--
    return result
  }

  const or = (): Expression => {
    let left = and()
    while (is('or')) left = { kind: 'or', at: take().at, left, right: and() }
    return left
  }
  const and = (): Expression => {
    let left = not()
    while (is('and')) left = { kind: 'and', at: take().at, left, right: not() }
    return left
  }
  const not = (): Expression => (is('not') ? { kind: 'not', at: take().at, of: deeper(not) } : comparison())

  const comparison = (): Expression => {
    const left = sum()
    const { kind, value, at } = peek()
    if (kind === 'sign' && comparisons.includes(value)) {
      take()
      return { kind: 'compare', operator: value as '=', left, right: sum(), at }
    }
    if (took('is')) return stateOf(left, at)
    if (took('in')) return { kind: 'in', of: left, list: list(), at }
    if (is('not') && peek(1).value === 'in') {
      take()
      take()
      return { kind: 'not', at, of: { kind: 'in', of: left, list: list(), at } }
    }
    if (took('between')) {
      const from = sum()
      if (!took('and')) throw new Fault(peek().at, '“between” wants “and”.')
      return {
        kind: 'and',
        at,
        left: { kind: 'compare', operator: '>=', left, right: from, at },
        right: { kind: 'compare', operator: '<=', left, right: sum(), at },
      }
    }
    if (took('matches')) {
      const pattern = take()
      if (pattern.kind !== 'text') throw new Fault(pattern.at, '“matches” wants a pattern in quotes.')
      return { kind: 'matches', of: left, pattern: pattern.value, at }
    }
    return left
  }
  const stateOf = (of: Expression, at: number): Expression => {
    const negated = took('not')
    const { value: state } = take()
    if (!states.includes(state) || of.kind !== 'name')
      throw new Fault(at, 'Write “item is absent”, “present”, “invalid” or “valid”.')
    const stated: Expression = { kind: 'state', of, state: state as ItemState, at }
    return negated ? { kind: 'not', of: stated, at } : stated
  }
  const list = (): readonly Expression[] => {
    if (!is('(', 'sign')) return [primary()]
    take()
    const members = [sum()]
    while (took(',', 'sign')) members.push(sum())
    expect(')')
    return members
  }
  const sum = (): Expression => {
    let left = product()
    while (is('+', 'sign') || is('-', 'sign')) {
      const { value, at } = take()
      left = { kind: 'arithmetic', operator: value as '+', left, right: product(), at }
    }
    return left
  }
  const product = (): Expression => {
    let left = primary()
    while (is('*', 'sign') || is('/', 'sign')) {
      const { value, at } = take()
      left = { kind: 'arithmetic', operator: value as '*', left, right: primary(), at }
    }
    return left
  }
  const primary = (): Expression => {
    const token = take()
    const { kind, value, at } = token
    if (kind === 'number') return { kind: 'number', value, at }
    if (kind === 'text') return { kind: 'text', value, at }
    if (kind === 'sign' && value === '(') {
      const inner = deeper(or)
      expect(')')
      return inner
    }
    if (kind !== 'word')
      throw new Fault(at, kind === 'end' ? 'Something is missing at the end.' : `“${value}” is out of place.`)
    if (value === 'true' || value === 'false') return { kind: 'boolean', value: value === 'true', at }
    if (!is('(', 'sign')) return { kind: 'name', path: value.split('.'), at }
    take()
    if (aggregates.includes(value)) return deeper(() => aggregate(value as Aggregate['name'], at))
    const given: Expression[] = []
    if (!is(')', 'sign')) {
      do given.push(deeper(or))
      while (took(',', 'sign'))
    }
    expect(')')
    return { kind: 'call', name: value, given, at }
  }
  const aggregate = (name: Aggregate['name'], at: number): Aggregate => {
    const other = took('other')
    const word = take()
    if (word.kind !== 'word') throw new Fault(word.at, 'Name the table whose rows are looked at.')
    const path = word.value.split('.')
    const whole = path[0] === 'return'
    const [table = '', value, ...rest] = whole ? path.slice(1) : path
    const valued = ['kinds', 'sum', 'min', 'max'].includes(name)
    if (rest.length > 0 || (value !== undefined) !== valued)
      throw new Fault(word.at, valued ? `“${name}” wants table.item.` : `“${name}” wants a table.`)
    const within = other && took('within') ? take() : null
    if (within && within.kind !== 'word')
      throw new Fault(within.at, '“within” wants the table above both rows.')
    const where = took('where') ? or() : null
    expect(')')
    return {
      kind: 'aggregate',
      name,
      reach: other ? 'other' : whole ? 'return' : 'below',
      table,
      within: within?.value ?? null,
      value: value ?? null,
      where,
      at,
    }
  }

  const whole = or()
  if (peek().kind !== 'end') throw new Fault(peek().at, `“${peek().value}” is out of place.`)
  return whole
}
