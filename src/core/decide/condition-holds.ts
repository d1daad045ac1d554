import {
  isIsoDate,
  type Condition,
  type Dictionary,
  type IsoDate,
  type ItemId,
  type Value,
} from '../vocabulary/index.ts'
import { dateMeant } from './dates.ts'
import { Unknown } from './unknown.ts'

/** What a condition is tested against. */
export interface Tested {
  readonly values: Readonly<Record<ItemId, Value>>
  readonly items: Dictionary
  readonly today: IsoDate
}

/**
 * The pure compilation of the condition language. A test on an item without a value is false, and `not` turns it true.
 * @throws Unknown when a value was not read or isn't of the item's type: then nothing may be concluded.
 */
export function conditionHolds(condition: Condition, tested: Tested): boolean {
  if ('all' in condition) return condition.all.every((each) => conditionHolds(each, tested))
  if ('any' in condition) return condition.any.some((each) => conditionHolds(each, tested))
  if ('not' in condition) return !conditionHolds(condition.not, tested)
  if ('use' in condition) throw new Unknown('a named condition was not put in its place')
  const value = knownValue(condition.item, tested)
  if (value === null) return false
  if ('present' in condition) return true
  if ('equals' in condition) return value === constant(condition.equals, condition.item, tested)
  if ('in' in condition) return condition.in.some((each) => value === constant(each, condition.item, tested))
  if ('range' in condition)
    return Number(value) >= condition.range.from && Number(value) <= condition.range.to
  if ('before' in condition) return String(value) < String(constant(condition.before, condition.item, tested))
  return String(value) > String(constant(condition.after, condition.item, tested))
}

/** The value of an item, checked against its type. */
export function knownValue(item: ItemId, { values, items }: Tested): Value {
  const type = items.get(item)?.type
  const value = values[item]
  if (type === undefined || value === undefined) throw new Unknown(`${item} was not read`)
  if (value === null) return null
  const fits =
    type === 'boolean'
      ? typeof value === 'boolean'
      : type === 'integer'
        ? Number.isSafeInteger(value)
        : typeof value === 'string' && (type !== 'date' || isIsoDate(value))
  if (!fits) throw new Unknown(`${item} is not a ${type}`)
  return value
}

const constant = (value: Value, item: ItemId, { items, today }: Tested): Value =>
  typeof value === 'string' && items.get(item)?.type === 'date' ? dateMeant(value, today) : value

/**
 * The smallest set of items whose recorded value would have to be another for the condition to come out as `wanted`: the
 * items only, never their values.
 */
export function itemsToChange(condition: Condition, tested: Tested, wanted = true): readonly ItemId[] {
  if (conditionHolds(condition, tested) === wanted) return []
  if ('not' in condition) return itemsToChange(condition.not, tested, !wanted)
  if ('all' in condition || 'any' in condition) {
    const parts = 'all' in condition ? condition.all : condition.any
    const sets = parts.map((each) => itemsToChange(each, tested, wanted)).filter((set) => set.length > 0)
    const every = 'all' in condition === wanted // all wanted true, or any wanted false: each failing part must change
    if (every) return [...new Set(sets.flat())]
    return sets.reduce<readonly ItemId[]>(
      (best, set) => (best.length && best.length <= set.length ? best : set),
      [],
    )
  }
  return 'item' in condition ? [condition.item] : []
}
