import type { Condition, Dictionary, Item, ValueType } from '../vocabulary/index.ts'
import { isDateConstant } from './dates.ts'
import { isColumnName, isScalar } from './item-column.ts'
import type { CompileFault } from './policy-context.ts'

const deepest = 32
const tests = ['equals', 'in', 'range', 'before', 'after', 'present'] as const

/**
 * Everything in a condition that can't be compiled, each with its place; nothing when both compilations will take it. It
 * looks at the shape too, so that a condition read from a file or a database is never trusted for its type.
 */
export function checkCondition(condition: Condition, items: Dictionary, path = ''): readonly CompileFault[] {
  return check(condition, items, path, 0)
}

function check(condition: unknown, items: Dictionary, path: string, depth: number): readonly CompileFault[] {
  const fault = (message: string, at = path): readonly CompileFault[] => [{ path: at, message }]
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
  if (depth > deepest) return fault(`It is nested more than ${deepest} deep.`)
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) {
    return fault('A condition is an object with one test.')
  }
  const keys = Object.keys(condition).sort()
  const part = condition as Readonly<Record<string, unknown>>
  if (keys.length === 1) {
    const key = keys[0] ?? ''
    switch (key) {
      case 'all':
      case 'any': {
        const parts = part[key]
        if (!Array.isArray(parts)) return fault(`“${key}” takes a list of conditions.`, below(key))
        if (key === 'any' && parts.length === 0) return fault('An empty “any” can never hold.', below(key))
        return parts.flatMap((each, i) => check(each, items, `${below(key)}[${i}]`, depth + 1))
      }
      case 'not':
        return check(part['not'], items, below('not'), depth + 1)
      case 'use':
        return fault(
          'A named condition is put in its place when the policy is read; here it is still a name.',
          below('use'),
        )
      default:
        return fault(`“${key}” is not a condition: use all, any, not, or a test on an item.`)
    }
  }
  const test = tests.find((name) => keys.length === 2 && keys.includes('item') && keys.includes(name))
  if (!test) return fault(`A test names one item and one of: ${tests.join(', ')}.`)
  const item = typeof part['item'] === 'string' ? items.get(part['item']) : undefined
  if (!item || !isColumnName(item.id) || item.id !== part['item']) {
    return fault('The dictionary has no such item.', below('item'))
  }
  if (!isScalar(item)) {
    return fault(
      'Only an item of the pupil or the school can be tested: this one may have several values.',
      below('item'),
    )
  }
  return checkTest(test, part[test], item, below(test))
}

function checkTest(
  test: (typeof tests)[number],
  value: unknown,
  item: Item,
  path: string,
): readonly CompileFault[] {
  const fault = (message: string): readonly CompileFault[] => [{ path, message }]
  switch (test) {
    case 'present':
      return value === true ? [] : fault('“present” can only be true; use not for its opposite.')
    case 'equals':
      return isConstant(value, item.type) ? [] : fault(`It must be ${expected[item.type]}.`)
    case 'in':
      if (!Array.isArray(value) || value.length === 0)
        return fault('“in” takes a list with at least one value.')
      if (item.type === 'boolean') return fault('Use equals for a yes or no.')
      return value.every((each) => isConstant(each, item.type))
        ? []
        : fault(`Each must be ${expected[item.type]}.`)
    case 'range': {
      if (item.type !== 'integer') return fault('A range needs an item that is a whole number.')
      const range = value as { from?: unknown; to?: unknown } | null
      if (typeof range !== 'object' || range === null) return fault('A range has “from” and “to”.')
      if (
        !Number.isSafeInteger(range.from) ||
        !Number.isSafeInteger(range.to) ||
        Object.keys(range).length !== 2
      ) {
        return fault('A range has “from” and “to”, both whole numbers.')
      }
      return (range.from as number) <= (range.to as number) ? [] : fault('The range is empty.')
    }
    case 'before':
    case 'after':
      if (item.type !== 'date') return fault(`“${test}” needs an item that is a date.`)
      return isConstant(value, 'date') ? [] : fault(`It must be ${expected.date}.`)
  }
}

const expected: Readonly<Record<ValueType, string>> = {
  text: 'a text',
  code: 'a code, written as text',
  date: 'a date written YYYY-MM-DD, the word today, or so many days before it, as in today-365',
  boolean: 'true or false',
  integer: 'a whole number',
}

function isConstant(value: unknown, type: ValueType): boolean {
  switch (type) {
    case 'text':
    case 'code':
      // A zero byte or half a surrogate pair can't be told to a database, so the two compilations would differ.
      return typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
    case 'date':
      return typeof value === 'string' && isDateConstant(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isSafeInteger(value)
  }
}
