import type { Condition, Dictionary } from '../../../core/vocabulary/index.ts'
import { longDate } from './dates.ts'
import { count, list } from './numbers.ts'

const value = (v: string | number | boolean): string =>
  typeof v === 'boolean' ? (v ? 'yes' : 'no') : String(v)

const date = (text: string): string => {
  const [, days] = /^today-(\d+)$/.exec(text) ?? []
  if (days !== undefined) return `${count(Number(days), 'day')} before today`
  return /^\d{4}-\d\d-\d\d$/.test(text) ? longDate(text) : text
}

/** A population in words: "year group is one of R, 1 and 2, and leaving date is empty". */
export function conditionWords(condition: Condition, items: Dictionary): string {
  const label = (id: string): string => items.get(id)?.label.toLowerCase() ?? id
  const many = (parts: readonly Condition[], joint: string): string =>
    parts
      .map((part) => {
        const words = conditionWords(part, items)
        return parts.length > 1 && ('all' in part || 'any' in part) ? `(${words})` : words
      })
      .join(`, ${joint} `)
  if ('all' in condition) return condition.all.length === 0 ? 'every pupil' : many(condition.all, 'and')
  if ('any' in condition) return condition.any.length === 0 ? 'nobody' : many(condition.any, 'or')
  if ('not' in condition) {
    const inner = condition.not
    if ('present' in inner) return `there is no ${label(inner.item)}`
    if ('in' in inner) return `${label(inner.item)} is none of ${list(inner.in.map(value))}`
    if ('equals' in inner) return `${label(inner.item)} is not ${value(inner.equals)}`
    if ('before' in inner) return `${label(inner.item)} is not before ${date(inner.before)}`
    if ('after' in inner) return `${label(inner.item)} is not after ${date(inner.after)}`
    return `it is not so that ${conditionWords(inner, items)}`
  }
  if ('use' in condition) return condition.use
  if ('equals' in condition) return `${label(condition.item)} is ${value(condition.equals)}`
  if ('in' in condition) {
    return condition.in.length === 1
      ? `${label(condition.item)} is ${value(condition.in[0] ?? '')}`
      : `${label(condition.item)} is one of ${list(condition.in.map(value))}`
  }
  if ('range' in condition) {
    return `${label(condition.item)} is from ${condition.range.from} to ${condition.range.to}`
  }
  if ('before' in condition) return `${label(condition.item)} is before ${date(condition.before)}`
  if ('after' in condition) return `${label(condition.item)} is after ${date(condition.after)}`
  return `there is a ${label(condition.item)}`
}
