import { outerBounds, sumsOf } from './bounds.ts'
import { ask, type Asked } from './solver.ts'
import type { LinkedTables, Sum } from './system.ts'

/** What an attacker can tell of one hidden cell from all that is published. */
export interface Interval {
  readonly cell: number
  /** The least and the greatest value for which a whole table was found that agrees with everything published. */
  readonly least: number
  readonly greatest: number
  /** Whether nothing outside is possible. If not, the true interval is wider: the cell is safer than stated, never less. */
  readonly exact: boolean
}

export interface AuditOptions {
  /** What a hidden cell is at least: 1 where cells of nothing are never hidden. */
  readonly atLeast: number
  /** Components up to this many cells are solved in whole numbers, larger ones in fractions; 150 unless told. */
  readonly wholeUpTo?: number
  /** Seconds for the whole audit, after which what isn't known exactly is said to be so; 600 unless told. */
  readonly seconds?: number
  /** Cells for which an interval is good enough as soon as it holds this much. */
  readonly enough?: (least: number, greatest: number, cell: number) => boolean
  readonly progress?: (done: number, of: number) => void
}

/**
 * Solves the interval of every hidden cell, from published figures alone (Fischetti and Salazar 2000; Handbook 4.2). Cells that
 * share no sum through other hidden cells are solved apart.
 *
 * @param known for each cell its published value, or NaN where it is hidden
 * @throws RangeError where no table agrees with what is published
 */
export async function audit(
  tables: Pick<LinkedTables, 'cells' | 'sums'>,
  known: Float64Array,
  options: AuditOptions,
): Promise<readonly Interval[]> {
  const bounds = outerBounds(tables, known, options.atLeast)
  const components = componentsOf(tables, known)
  const all = components.reduce((sum, { cells }) => sum + cells.length, 0)
  const until = performance.now() + 1000 * (options.seconds ?? 600)
  const found: Interval[] = []
  for (const component of components) {
    found.push(...(await solveComponent(tables.sums, component, known, bounds, options, until)))
    options.progress?.(found.length, all)
  }
  return found.sort((a, b) => a.cell - b.cell)
}

interface Component {
  readonly cells: readonly number[]
  readonly sums: readonly number[]
}

/** Hidden cells that a chain of sums ties together. */
function componentsOf(
  { cells, sums }: Pick<LinkedTables, 'cells' | 'sums'>,
  known: Float64Array,
): readonly Component[] {
  const of = sumsOf(cells, sums)
  const seen = new Uint8Array(cells)
  const seenSums = new Uint8Array(sums.length)
  const components: Component[] = []
  for (let start = 0; start < cells; start++) {
    if (!Number.isNaN(known[start]) || seen[start] === 1) continue
    const component: { cells: number[]; sums: number[] } = { cells: [], sums: [] }
    const waiting = [start]
    seen[start] = 1
    for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
      component.cells.push(cell)
      for (const s of of[cell] ?? []) {
        if (seenSums[s] === 1) continue
        seenSums[s] = 1
        component.sums.push(s)
        for (const other of cellsOfSum(sums[s])) {
          if (!Number.isNaN(known[other]) || seen[other] === 1) continue
          seen[other] = 1
          waiting.push(other)
        }
      }
    }
    component.cells.sort((a, b) => a - b)
    components.push(component)
  }
  return components
}

const cellsOfSum = (sum: Sum | undefined): readonly number[] => (sum ? [sum.whole, ...sum.parts] : [])

async function solveComponent(
  sums: readonly Sum[],
  { cells, sums: own }: Component,
  known: Float64Array,
  outer: { readonly least: Float64Array; readonly greatest: Float64Array },
  options: AuditOptions,
  until: number,
): Promise<readonly Interval[]> {
  const columnOf = new Map(cells.map((cell, column) => [cell, column]))
  const least = Float64Array.from(cells, (cell) => outer.least[cell] ?? 0)
  const greatest = Float64Array.from(cells, (cell) => outer.greatest[cell] ?? Infinity)
  const rows = own.map((s) => rowOf(sums[s], columnOf, known))
  const whole = cells.length <= (options.wholeUpTo ?? 150)
  const asked = await ask({ columns: cells.length, least, greatest, rows, whole })
  try {
    return solveCells(asked, cells, least, greatest, options, until)
  } finally {
    asked.close()
  }
}

function rowOf(
  sum: Sum | undefined,
  columnOf: ReadonlyMap<number, number>,
  known: Float64Array,
): { at: number[]; by: number[]; is: number } {
  const row = { at: [] as number[], by: [] as number[], is: 0 }
  if (!sum) return row
  const add = (cell: number, by: number): void => {
    const column = columnOf.get(cell)
    if (column === undefined) row.is -= by * (known[cell] ?? 0)
    else {
      row.at.push(column)
      row.by.push(by)
    }
  }
  add(sum.whole, -1)
  for (const part of sum.parts) add(part, 1)
  return row
}

/**
 * Every answer is a whole table and so widens all cells' intervals at once: first many ends are asked for together, then what
 * is left one by one.
 */
function solveCells(
  asked: Asked,
  cells: readonly number[],
  outerLeast: Float64Array,
  outerGreatest: Float64Array,
  options: AuditOptions,
  until: number,
): readonly Interval[] {
  const low = new Float64Array(cells.length).fill(Infinity)
  const high = new Float64Array(cells.length).fill(-Infinity)
  const closedLow = Uint8Array.from(cells, (_, c) => (outerLeast[c] === outerGreatest[c] ? 1 : 0))
  const closedHigh = Uint8Array.from(closedLow)
  const learn = (table: Float64Array): void => {
    table.forEach((value, c) => {
      const tidy = Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value
      if (tidy < (low[c] ?? 0)) low[c] = tidy
      if (tidy > (high[c] ?? 0)) high[c] = tidy
      if (low[c] === outerLeast[c]) closedLow[c] = 1
      if (high[c] === outerGreatest[c]) closedHigh[c] = 1
    })
  }
  const first = asked.greatest(new Map())
  if (!first) throw new RangeError('no table agrees with what is published')
  learn(first)
  const open = (c: number): boolean =>
    !(options.enough?.(low[c] ?? 0, high[c] ?? 0, cells[c] ?? 0) ?? false) &&
    (closedLow[c] === 0 || closedHigh[c] === 0)
  for (let round = 0; round < 12; round++) {
    const [ups, downs] = [new Map<number, number>(), new Map<number, number>()]
    cells.forEach((_, c) => {
      if (!open(c)) return
      // Cells of one sum can't all be greatest at once: each round asks for another half of them.
      const half = round === 0 || ((c * 2654435761) >>> (round + 3)) % 2 === 0
      if (closedHigh[c] === 0) ups.set(c, half ? 1 : -1)
      if (closedLow[c] === 0) downs.set(c, half ? -1 : 1)
    })
    if (ups.size + downs.size === 0 || performance.now() > until) break
    for (const objective of [ups, downs]) {
      const table = objective.size === 0 ? null : asked.greatest(objective)
      if (table) learn(table)
    }
  }
  for (const c of cells.keys()) {
    for (const [closed, sign] of [
      [closedHigh, 1],
      [closedLow, -1],
    ] as const) {
      if (!open(c) || closed[c] === 1 || performance.now() > until) continue
      const table = asked.greatest(new Map([[c, sign]]))
      if (!table) continue
      learn(table)
      closed[c] = 1
    }
  }
  return cells.map((cell, c) => ({
    cell,
    least: Math.max(low[c] ?? 0, outerLeast[c] ?? 0),
    greatest: Math.min(high[c] ?? 0, outerGreatest[c] ?? 0),
    exact: closedLow[c] === 1 && closedHigh[c] === 1,
  }))
}
