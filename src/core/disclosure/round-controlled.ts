import { roundToBase } from './round.ts'
import { ask } from './solver.ts'
import { linkTables, type Cube, type LinkedTables } from './system.ts'

/** Random rounding: up with probability remainder / base, so unbiased. `share` (0 to 1) must belong to the cell, never be drawn afresh. */
export function roundAtRandom(count: number, base: number, share: number): number {
  const down = Math.floor(count / base) * base
  return share < (count - down) / base ? down + base : down
}

/**
 * Controlled rounding, zero-restricted: every cell goes to one of the two multiples of `base` next to it, a multiple stays, and
 * all sums still hold; the cells together move as little as can be (Cox 1987; Handbook 5.4). In three dimensions there may be no
 * such rounding: null.
 */
export async function roundControlled(tables: LinkedTables, base: number): Promise<Float64Array | null> {
  const down = tables.values.map((value) => Math.floor(value / base))
  const rest = tables.values.map((value, cell) => value - (down[cell] ?? 0) * base)
  const asked = await ask({
    columns: tables.cells,
    least: new Float64Array(tables.cells),
    greatest: rest.map((each) => (each === 0 ? 0 : 1)),
    rows: tables.sums.map(({ whole, parts }) => ({
      at: [whole, ...parts],
      by: [1, ...Array.from(parts, () => -1)],
      is: [...parts].reduce((sum, part) => sum + (down[part] ?? 0), 0) - (down[whole] ?? 0),
    })),
    whole: true,
  })
  const up = asked.greatest(new Map(Array.from(rest, (each, cell) => [cell, 2 * each - base])))
  asked.close()
  return up && up.map((each, cell) => ((down[cell] ?? 0) + Math.round(each)) * base)
}

/** Innermost cells go to the nearest multiple of `base`, totals are the sums of those: adds up at any size, but totals may drift. */
export function roundInnermost({ dimensions, values }: Cube, base: number): Float64Array {
  const rounded = Float64Array.from(values, (value) => roundToBase(value, base))
  const done = new Uint8Array(rounded.length)
  const { sums, tables } = linkTables([{ dimensions, values }])
  const [table] = tables
  const place = new Int32Array(rounded.length)
  table?.cell.forEach((cell, at) => (place[cell] = at))
  const partsOf = new Map(sums.map((sum) => [sum.whole, sum.parts]))
  const settle = (cell: number): number => {
    const at = place[cell] ?? 0
    const parts = partsOf.get(cell)
    if (done[cell] === 0 && parts) rounded[at] = [...parts].reduce((sum, part) => sum + settle(part), 0)
    done[cell] = 1
    return rounded[at] ?? 0
  }
  for (const cell of partsOf.keys()) settle(cell)
  return rounded
}
