import type { Move } from './move.ts'
import { searchIn } from './search-moves.ts'
import type { LinkedTables } from './system.ts'

export interface Safety {
  /** Counts from 1 to one less are confidential. */
  readonly threshold: number
  /** Whole numbers that an attacker must find possible for each of them, at least. */
  readonly width: number
}

export interface HideOptions extends Safety {
  /** Whether cells of nothing may be hidden; if not, an attacker knows that a hidden cell is at least 1. */
  readonly hideZeros: boolean
  /** How much a confidential cell must be able to grow, where it isn't the threshold that says so: sums under a p% rule. */
  readonly growth?: (cell: number) => number
}

export const shown = 0
export const primary = 1
export const secondary = 2

export interface Hidden {
  /** For each cell `shown`, `primary` or `secondary`. */
  readonly state: Uint8Array
  /** For each confidential cell another table that proves it safe. */
  readonly moves: ReadonlyMap<number, Move>
  /** Confidential cells that no move of this form protects. */
  readonly left: readonly number[]
  /** Those that are safe only while nobody who is alone in a cell uses what they know. */
  readonly exposed: readonly number[]
}

export const atLeastOf = ({ hideZeros }: Pick<HideOptions, 'hideZeros'>): number => (hideZeros ? 0 : 1)

/** How much a confidential count must be able to grow. */
export const growth = ({ threshold, width }: Safety, value: number): number =>
  Math.max(threshold - value, width - 1)

/** What hiding a cell loses: cells count most, then large ones more. */
export const priceOf = (value: number): number => 1 + Math.log2(1 + value)

/** Confidential by the threshold alone. */
export const confidentialCells = ({ values }: LinkedTables, threshold: number): readonly number[] =>
  Array.from(values.keys()).filter((cell) => (values[cell] ?? 0) > 0 && (values[cell] ?? 0) < threshold)

/**
 * Which further cells to hide so that each confidential cell can be its value or more, up to the threshold at least, in a
 * table that agrees with all that is published. For each it looks for the box of cells that costs least beyond what is hidden
 * already, then goes again over those for whom more is hidden, until nothing is saved. A cell of one person is no corner of
 * another's box: that person knows it.
 */
export function hide(tables: LinkedTables, confidential: readonly number[], options: HideOptions): Hidden {
  const { values } = tables
  const state = new Uint8Array(tables.cells)
  const uses = new Int32Array(tables.cells)
  const moves = new Map<number, Move>()
  const exposed = new Set<number>()
  for (const cell of confidential) state[cell] = primary
  const price = Float64Array.from(values, priceOf)
  const search = searchIn(tables, {
    least: atLeastOf(options),
    cost: (cell) => (state[cell] === shown ? (price[cell] ?? 1) : 0),
  })
  const use = ({ plus, minus }: Move, by: number): void => {
    for (const cell of [...plus, ...minus]) {
      uses[cell] = (uses[cell] ?? 0) + by
      if (state[cell] !== primary) state[cell] = (uses[cell] ?? 0) > 0 ? secondary : shown
    }
  }
  /** Whether cells are hidden for this move alone. */
  const costs = (move: Move): boolean =>
    [...move.plus, ...move.minus].some((cell) => state[cell] === secondary && uses[cell] === 1)
  // The hardest first: what they need protects many of the rest.
  const order = [...confidential].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b)
  for (let pass = 0, saved = true; pass < 4 && saved; pass++) {
    saved = false
    for (const cell of order) {
      const old = moves.get(cell)
      if (pass > 0 && !(old && costs(old))) continue
      if (old) use(old, -1)
      const by = options.growth?.(cell) ?? growth(options, values[cell] ?? 0)
      const apart = search(cell, by, false)
      const move = apart ?? search(cell, by, true)
      if (!move) continue
      exposed.delete(cell)
      if (!apart) exposed.add(cell)
      if (pass > 0 && !same(old, move)) saved = true
      moves.set(cell, move)
      use(move, 1)
    }
  }
  return { state, moves, left: order.filter((cell) => !moves.has(cell)), exposed: [...exposed] }
}

const same = (a: Move | undefined, b: Move): boolean =>
  a?.plus.join() === b.plus.join() && a.minus.join() === b.minus.join()
