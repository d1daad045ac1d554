import { cellsOfMove, isLeaf, pairedLeg, pathOf, treeOf, type Leg, type Move, type Tree } from './move.ts'
import { floorOf } from './bounds.ts'
import { itemsAt, type LinkedTables, type PlacedTable } from './system.ts'

export interface SearchOptions {
  /** What hiding a cell costs beyond what is hidden already. */
  readonly cost: (cell: number) => number
  /** What a hidden cell is at least. */
  readonly least: number | Float64Array
}

/** The cheapest move found that lets `cell` be greater by `by`. `evenAlone`: cells of one person may serve as its corners. */
export type SearchMoves = (cell: number, by: number, evenAlone: boolean) => Move | null

/**
 * Looks for the corners of a box that cost least (the hypercube method, Handbook 4.2.3), over all tables at once: a box in some
 * dimensions is the same change in every table that has them all, spread there over one leaf of each dimension more. Dimensions
 * in which nothing can be paired are left open up to the total, which then is hidden too.
 */
export function searchIn(tables: LinkedTables, options: SearchOptions): SearchMoves {
  const { values } = tables
  const trees = new Map<string, Tree>()
  for (const { dimensions } of tables.tables)
    for (const each of dimensions) if (!trees.has(each.name)) trees.set(each.name, treeOf(each))
  const place = placesOf(tables)

  /** The cost of these cells as corners, or Infinity if one can't be one. */
  const weigh = (cells: Int32Array, signs: Int8Array, from: number, to: number, goal: Goal): number => {
    let sum = 0
    for (let i = from; i < to; i++) {
      const cell = cells[i] ?? 0
      const value = values[cell] ?? 0
      if ((signs[i] ?? 0) < 0) {
        if (value - goal.by < floorOf(options.least, cell)) return Infinity
      } else if (cell !== goal.cell) {
        if (value < floorOf(options.least, cell) || (value === 1 && !goal.evenAlone)) return Infinity
      }
      sum += options.cost(cell)
    }
    return sum
  }

  return (cell, by, evenAlone) => {
    const at = place(cell)
    const home = tables.tables[at.table]
    if (!home) return null
    const items = itemsAt(home, at.at)
    const named = home.dimensions.flatMap(({ name }, d) => ((items[d] ?? 0) > 0 ? [{ name, d }] : []))
    const goal = { cell, by, evenAlone }
    let best: Found | null = null
    for (let open = 0; open <= named.length && best === null; open++)
      for (const paired of choose(named, named.length - open)) {
        const found = boxes(home, at.at, items, paired, goal)
        if (found && (best === null || found.cost < best.cost)) best = found
        if (best?.cost === 0) break
      }
    return best && { plus: best.plus, minus: best.minus, by }
  }

  function boxes(
    home: PlacedTable,
    at: number,
    items: readonly number[],
    paired: readonly { readonly name: string; readonly d: number }[],
    goal: Goal,
  ): Found | null {
    const candidates = paired.map(({ name, d }) => {
      const [tree, stride, item] = [trees.get(name), home.strides[d] ?? 1, items[d] ?? 0]
      if (!tree) return []
      const value = (leaf: number): number => values[home.cell[at + (leaf - item) * stride] ?? 0] ?? 0
      const a = leafBelow(tree, item, value)
      const edge = new Int32Array(1)
      const minus = Int8Array.of(-1)
      return neighbours(tree, item, value)
        .map((b) => {
          edge[0] = home.cell[at + (b - item) * stride] ?? 0
          return { leg: pairedLeg(tree, a, b), rank: weigh(edge, minus, 0, 1, goal) }
        })
        .filter(({ rank }) => rank < Infinity)
        .sort((x, y) => x.rank - y.rank)
        .slice(0, paired.length > 2 ? 20 : paired.length === 2 ? 40 : 400)
    })
    let best: Found | null = null
    let tries = 0
    const legs: Leg[] = home.dimensions.map(() => ({ up: [0], down: [] }))
    items.forEach((item, d) => {
      if (item > 0) legs[d] = { up: [item], down: [] }
    })
    const step = (k: number): void => {
      const next = paired[k]
      if (!next) {
        const full = spread(home, at, items, paired, legs, goal)
        if (full && (best === null || full.cost < best.cost)) best = full
        tries++
        return
      }
      const before = legs[next.d] ?? { up: [], down: [] }
      for (const { leg } of candidates[k] ?? []) {
        legs[next.d] = leg
        const { cells, signs } = cellsOfMove(home, legs)
        const bound = weigh(cells, signs, 0, cells.length, goal)
        if (bound < (best?.cost ?? Infinity)) step(k + 1)
        if (best?.cost === 0 || tries > 400) break
      }
      legs[next.d] = before
    }
    step(0)
    return best
  }

  /** The box in every table that has all its dimensions, open in the others. */
  function spread(
    home: PlacedTable,
    at: number,
    items: readonly number[],
    paired: readonly { readonly name: string; readonly d: number }[],
    legs: readonly Leg[],
    goal: Goal,
  ): Found | null {
    const chosen = new Map<string, Leg>()
    for (const { name, d } of paired) chosen.set(name, legs[d] ?? { up: [0], down: [] })
    const change = new Map<number, number>()
    home.dimensions.forEach(({ name }, d) => {
      const [tree, item, stride] = [trees.get(name), items[d] ?? 0, home.strides[d] ?? 1]
      if (!tree || chosen.has(name)) return
      const value = (leaf: number): number => values[home.cell[at + (leaf - item) * stride] ?? 0] ?? 0
      chosen.set(name, { up: pathOf(tree, leafBelow(tree, item, value)), down: [] })
    })
    const all = [home, ...tables.tables.filter((each) => each !== home)]
    for (const table of all) {
      if (!paired.every(({ name }) => table.dimensions.some((each) => each.name === name))) continue
      for (const [d, { name }] of table.dimensions.entries()) {
        if (chosen.has(name)) continue
        const tree = trees.get(name)
        const leaf = tree && openLeaf(table, d, tree, chosen, goal)
        if (leaf === undefined) return null
        chosen.set(name, { up: pathOf(tree ?? { within: [], parts: [] }, leaf), down: [] })
      }
      const { cells, signs } = cellsOfMove(
        table,
        table.dimensions.map(({ name }) => chosen.get(name) ?? { up: [0], down: [] }),
      )
      cells.forEach((cell, i) => change.set(cell, signs[i] ?? 0))
    }
    const cells = Int32Array.from(change.keys())
    const signs = Int8Array.from(change.values())
    const cost = weigh(cells, signs, 0, cells.length, goal)
    if (cost === Infinity) return null
    return {
      cost,
      plus: [...cells].filter((_, i) => (signs[i] ?? 0) > 0),
      minus: [...cells].filter((_, i) => (signs[i] ?? 0) < 0),
    }
  }

  /** The leaf of a dimension over which a change is cheapest spread, the dimensions after it taken in total. */
  function openLeaf(
    table: PlacedTable,
    d: number,
    tree: Tree,
    chosen: ReadonlyMap<string, Leg>,
    goal: Goal,
  ): number | undefined {
    let [best, least]: [number | undefined, number] = [undefined, Infinity]
    for (const leaf of tree.within.keys()) {
      if (!isLeaf(tree, leaf)) continue
      const legs = table.dimensions.map(({ name }, other) =>
        other === d ? { up: [leaf], down: [] } : (chosen.get(name) ?? { up: [0], down: [] }),
      )
      const { cells, signs } = cellsOfMove(table, legs)
      const cost = weigh(cells, signs, 0, cells.length, goal)
      if (cost < least) [best, least] = [leaf, cost]
    }
    return best
  }
}

interface Goal {
  readonly cell: number
  readonly by: number
  readonly evenAlone: boolean
}

interface Found {
  readonly cost: number
  readonly plus: readonly number[]
  readonly minus: readonly number[]
}

/** A table that each cell stands in, and where: the first that has it. */
function placesOf(tables: LinkedTables): (cell: number) => { readonly table: number; readonly at: number } {
  const first = new Int32Array(tables.cells).fill(-1)
  const at = new Int32Array(tables.cells)
  tables.tables.forEach(({ cell }, t) => {
    cell.forEach((each, position) => {
      if (first[each] !== -1) return
      first[each] = t
      at[each] = position
    })
  })
  return (cell) => ({ table: first[cell] ?? 0, at: at[cell] ?? 0 })
}

function* choose<T>(from: readonly T[], many: number): Generator<readonly T[]> {
  if (many === 0) yield []
  else
    for (const [i, each] of from.entries())
      for (const rest of choose(from.slice(i + 1), many - 1)) yield [each, ...rest]
}

/** Leaves beside an item: below its siblings, else below those of what it is in. */
function neighbours(tree: Tree, item: number, value: (leaf: number) => number): readonly number[] {
  const beside: number[] = []
  for (let at = item; at > 0; at = tree.within[at] ?? 0)
    for (const each of tree.parts[tree.within[at] ?? 0] ?? [])
      if (each !== at) beside.push(leafBelow(tree, each, value))
  return beside
}

/** The leaf below an item that has most: what grows there is hidden least dearly. */
function leafBelow(tree: Tree, item: number, value: (leaf: number) => number): number {
  let at = item
  while (!isLeaf(tree, at)) {
    const parts = tree.parts[at] ?? []
    at = parts.reduce((best, each) => (value(each) > value(best) ? each : best), parts[0] ?? at)
  }
  return at
}
