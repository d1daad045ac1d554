import type { LinkedTables, Sum } from './system.ts'

/** What an attacker knows of each cell: between these, both included. */
export interface Bounds {
  readonly least: Float64Array
  readonly greatest: Float64Array
}

/** What a hidden cell is at least, where it is one number for all or one for each. */
export const floorOf = (atLeast: number | Float64Array, cell: number): number =>
  typeof atLeast === 'number' ? atLeast : (atLeast[cell] ?? 0)

/** The sums that each cell is in. */
export function sumsOf(cells: number, sums: readonly Sum[]): readonly Int32Array[] {
  const lists: number[][] = Array.from({ length: cells }, () => [])
  sums.forEach(({ whole, parts }, s) => {
    lists[whole]?.push(s)
    for (const part of parts) lists[part]?.push(s)
  })
  return lists.map((list) => Int32Array.from(list))
}

/**
 * Outer bounds of every hidden cell: no attacker can do worse, but may do better. Each sum bounds each of its cells by all the
 * others, again and again until nothing moves.
 *
 * @param known for each cell its value, or NaN where it is hidden
 * @param atLeast what a hidden cell is at least: 1 where nothing is never hidden
 */
export function outerBounds(
  { cells, sums }: Pick<LinkedTables, 'cells' | 'sums'>,
  known: Float64Array,
  atLeast: number | Float64Array,
): Bounds {
  const least = Float64Array.from(known, (value, cell) =>
    Number.isNaN(value) ? floorOf(atLeast, cell) : value,
  )
  const greatest = Float64Array.from(known, (value) => (Number.isNaN(value) ? Infinity : value))
  const of = sumsOf(cells, sums)
  const waiting = Array.from(sums.keys())
  const queued = new Uint8Array(sums.length).fill(1)
  // A cycle of sums can creep by ones; the bound on rounds keeps what is left safe, since outer bounds only shrink.
  let rounds = 200 * sums.length
  for (let head = 0; head < waiting.length && rounds > 0; head++, rounds--) {
    const s = waiting[head] ?? 0
    queued[s] = 0
    const sum = sums[s]
    if (!sum) continue
    for (const moved of tighten(sum, least, greatest))
      for (const other of of[moved] ?? [])
        if (queued[other] === 0) {
          queued[other] = 1
          waiting.push(other)
        }
  }
  return { least, greatest }
}

function tighten({ whole, parts }: Sum, least: Float64Array, greatest: Float64Array): number[] {
  let low = 0
  let high = 0
  let endless = 0
  for (const part of parts) {
    low += least[part] ?? 0
    if (greatest[part] === Infinity) endless++
    else high += greatest[part] ?? 0
  }
  const moved: number[] = []
  const set = (cell: number, from: number, to: number): void => {
    let changed = false
    if (from > (least[cell] ?? 0)) {
      least[cell] = from
      changed = true
    }
    if (to < (greatest[cell] ?? 0)) {
      greatest[cell] = to
      changed = true
    }
    if (changed) moved.push(cell)
  }
  set(whole, low, endless > 0 ? Infinity : high)
  const [wholeLeast, wholeGreatest] = [least[whole] ?? 0, greatest[whole] ?? 0]
  for (const part of parts) {
    const [from, to] = [least[part] ?? 0, greatest[part] ?? 0]
    if (from === to) continue
    const othersEndless = endless - (to === Infinity ? 1 : 0)
    set(
      part,
      othersEndless > 0 ? -Infinity : wholeLeast - (high - (to === Infinity ? 0 : to)),
      wholeGreatest - (low - from),
    )
  }
  return moved
}
