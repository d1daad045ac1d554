import type { LinkedTables } from '../system.ts'

/**
 * Every value that a hidden cell can have, found by trying all whole tables one after the other: slow, and shares no code with
 * the audit.
 */
export function possibleValues(
  { cells, sums }: Pick<LinkedTables, 'cells' | 'sums'>,
  known: Float64Array,
  atLeast: number,
  upTo: number,
): ReadonlyMap<number, ReadonlySet<number>> {
  const hidden = Array.from({ length: cells }, (_, cell) => cell).filter((cell) => Number.isNaN(known[cell]))
  const found = new Map(hidden.map((cell) => [cell, new Set<number>()]))
  const table = Float64Array.from(known)
  const agrees = (): boolean =>
    sums.every(({ whole, parts }) => {
      let [sum, unknown] = [0, false]
      for (const part of parts) {
        if (Number.isNaN(table[part])) unknown = true
        else sum += table[part] ?? 0
      }
      const is = table[whole] ?? 0
      return Number.isNaN(is) || (unknown ? sum <= is : sum === is)
    })
  const fill = (at: number): void => {
    const cell = hidden[at]
    if (cell === undefined) {
      for (const each of hidden) found.get(each)?.add(table[each] ?? 0)
      return
    }
    for (let value = atLeast; value <= upTo; value++) {
      table[cell] = value
      if (agrees()) fill(at + 1)
    }
    table[cell] = NaN
  }
  if (agrees()) fill(0)
  return found
}
