import type { Condition, Dictionary, IsoDate, ItemId, ValueType } from '../vocabulary/index.ts'
import { dateMeant } from './dates.ts'
import { isColumnName } from './item-column.ts'
import type { ParameterType, Parameters } from './statement.ts'

export interface SqlPlace {
  readonly items: Dictionary
  readonly today: IsoDate
  readonly parameters: Parameters
}

/** The quoted column of an item in the facts. Ids come from the dictionary alone and have a column's form. */
export function columnOf(id: ItemId, items: Dictionary, alias = 'f'): string {
  if (!items.has(id) || !isColumnName(id)) throw new Error('an item outside the dictionary reached the SQL')
  return `${alias}."${id}"`
}

/**
 * The SQL compilation of the condition language, over `f`, a row of the pupil's facts. Never null: a test on an item without
 * a value is false, as in `conditionHolds`.
 */
export function conditionSql(condition: Condition, place: SqlPlace): string {
  const all = (parts: readonly Condition[], word: 'and' | 'or', empty: string): string =>
    parts.length === 0 ? empty : `(${parts.map((each) => conditionSql(each, place)).join(` ${word} `)})`
  if ('all' in condition) return all(condition.all, 'and', 'true')
  if ('any' in condition) return all(condition.any, 'or', 'false')
  if ('not' in condition) return `not ${conditionSql(condition.not, place)}`
  if ('use' in condition) throw new Error('a named condition reached the SQL')
  const { items, today, parameters } = place
  const column = columnOf(condition.item, items)
  const type = items.get(condition.item)?.type ?? 'text'
  const value = (constant: unknown): string =>
    parameters.put(
      type === 'date' && typeof constant === 'string' ? dateMeant(constant, today) : constant,
      parameterTypes[type],
    )
  const known = (test: string): string => `coalesce(${test}, false)`
  if ('present' in condition) return `(${column} is not null)`
  if ('equals' in condition) return known(`${column} = ${value(condition.equals)}`)
  if ('in' in condition) return known(`${column} in (${condition.in.map(value).join(', ')})`)
  if ('range' in condition) {
    return known(`${column} between ${value(condition.range.from)} and ${value(condition.range.to)}`)
  }
  if ('before' in condition) return known(`${column} < ${value(condition.before)}`)
  return known(`${column} > ${value(condition.after)}`)
}

const parameterTypes: Readonly<Record<ValueType, ParameterType>> = {
  text: 'text',
  code: 'text',
  date: 'date',
  boolean: 'bool',
  integer: 'int8',
}
