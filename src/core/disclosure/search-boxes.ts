import type { Ends } from './interval-ends.ts'
import { searchIn } from './search-moves.ts'
import type { LinkedTables } from './system.ts'

/**
 * Widens intervals in a component too large to solve cell by cell: from a table well inside, each cell that is still open is
 * moved up by a box of hidden cells to where it need be. What is found belongs to a whole table; that nothing lies further out
 * isn't said.
 *
 * @param goal how high a column's interval must reach
 */
export function searchBoxes(
  tables: LinkedTables,
  cells: readonly number[],
  middle: Float64Array,
  ends: Ends,
  open: (column: number) => boolean,
  goal: (column: number) => number,
  least: number | Float64Array,
): void {
  const whole = ends.learn(middle)
  const columnOf = new Map(cells.map((cell, column) => [cell, column]))
  const values = new Float64Array(tables.cells)
  cells.forEach((cell, column) => (values[cell] = middle[column] ?? 0))
  const search = searchIn(
    { ...tables, values },
    { least, cost: (cell) => (columnOf.has(cell) ? 0 : Infinity) },
  )
  for (const [column, cell] of cells.entries()) {
    if (!open(column)) continue
    const changed = new Map<number, number>()
    let left = goal(column) - (middle[column] ?? 0)
    // Where no box is deep enough, several that are less deep may be.
    for (let step = left; left > 1e-9 && step > 0.05;) {
      const move = search(cell, step, true)
      if (!move) {
        step /= 2
        continue
      }
      for (const [each, by] of [
        ...move.plus.map((each) => [each, step] as const),
        ...move.minus.map((each) => [each, -step] as const),
      ]) {
        values[each] = (values[each] ?? 0) + by
        changed.set(each, columnOf.get(each) ?? 0)
      }
      left -= step
      step = Math.min(step, left)
    }
    if (changed.size === 0) continue
    ends.learnPart(
      whole,
      [...changed.values()],
      Float64Array.from(changed.keys(), (each) => values[each] ?? 0),
    )
    for (const [each, at] of changed) values[each] = middle[at] ?? 0
  }
}
