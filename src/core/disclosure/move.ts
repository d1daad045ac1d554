import type { Dimension, LinkedTables, PlacedTable } from './system.ts'

/**
 * Another table that agrees with everything published: the cells of `plus` are greater by `by`, those of `minus` smaller, and all
 * sums still hold. Whoever has it can see that its cells can't be known better than that, and needs no solver to check it.
 */
export interface Move {
  readonly plus: readonly number[]
  readonly minus: readonly number[]
  readonly by: number
}

/** One dimension's part in a move: items that grow and items that shrink, each from a leaf up to what stays the same. */
export interface Leg {
  readonly up: readonly number[]
  readonly down: readonly number[]
}

/** Each item’s parts, and for each item one of its leaves first. */
export interface Tree {
  readonly within: readonly number[]
  readonly parts: readonly (readonly number[])[]
}

export function treeOf({ items, within }: Dimension): Tree {
  const parts: number[][] = items.map(() => [])
  within.forEach((whole, item) => {
    if (item > 0) parts[whole]?.push(item)
  })
  return { within, parts }
}

export const isLeaf = (tree: Tree, item: number): boolean => (tree.parts[item]?.length ?? 0) === 0

/** From an item to the total, both included. */
export function pathOf({ within }: Tree, item: number): readonly number[] {
  const path: number[] = []
  for (let at = item; at >= 0; at = within[at] ?? -1) path.push(at)
  return path
}

/** A leg that takes from leaf `b` what it gives to leaf `a`. */
export function pairedLeg(tree: Tree, a: number, b: number): Leg {
  const [up, down] = [pathOf(tree, a), pathOf(tree, b)]
  const shared = new Set(down)
  const common = new Set(up.filter((item) => shared.has(item)))
  return { up: up.filter((item) => !common.has(item)), down: down.filter((item) => !common.has(item)) }
}

/** The cells of a move in one table, every combination of its legs' items, and whether each grows (1) or shrinks (-1). */
export function cellsOfMove(
  { strides, cell }: PlacedTable,
  legs: readonly Leg[],
): { readonly cells: Int32Array; readonly signs: Int8Array } {
  const size = legs.reduce((product, { up, down }) => product * (up.length + down.length), 1)
  const cells = new Int32Array(size)
  const signs = new Int8Array(size).fill(1)
  let filled = 1
  for (const [d, { up, down }] of legs.entries()) {
    const stride = strides[d] ?? 1
    const items = up.length + down.length
    for (let i = filled - 1; i >= 0; i--) {
      const [at, sign] = [cells[i] ?? 0, signs[i] ?? 1]
      for (let k = 0; k < items; k++) {
        const to = i * items + k
        cells[to] = at + ((k < up.length ? up[k] : down[k - up.length]) ?? 0) * stride
        signs[to] = k < up.length ? sign : -sign
      }
    }
    filled *= items
  }
  for (let i = 0; i < size; i++) cells[i] = cell[cells[i] ?? 0] ?? 0
  return { cells, signs }
}

/** Whether every sum still holds and nothing falls below `atLeast`: for a certificate, and for tests. */
export function moveHolds(tables: LinkedTables, { plus, minus, by }: Move, atLeast: number): boolean {
  const change = new Map<number, number>()
  for (const cell of plus) change.set(cell, (change.get(cell) ?? 0) + by)
  for (const cell of minus) change.set(cell, (change.get(cell) ?? 0) - by)
  for (const [cell, each] of change) if ((tables.values[cell] ?? 0) + each < atLeast) return false
  return tables.sums.every(({ whole, parts }) => {
    let sum = 0
    for (const part of parts) sum += change.get(part) ?? 0
    return sum === (change.get(whole) ?? 0)
  })
}
