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
  /** Components up to this many cells are solved to the end; in larger ones each interval is proved as wide as needed; 800 unless told. */
  readonly exactUpTo?: number
  /** In a component past `exactUpTo`: whether an interval is wide enough to be left at that. */
  readonly enough?: (least: number, greatest: number, cell: number) => boolean
  readonly progress?: (done: number, of: number) => void
}

export interface Audit {
  readonly intervals: readonly Interval[]
  /** Whole tables found, as values of hidden cells, one of which has each interval’s least and one its greatest value. */
  readonly tables: readonly Witness[]
}

/** Values of some hidden cells that belong together, and with everything published add up. */
export interface Witness {
  readonly cells: readonly number[]
  readonly values: readonly number[]
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
): Promise<Audit> {
  const bounds = outerBounds(tables, known, options.atLeast)
  const components = componentsOf(tables, known)
  const all = components.reduce((sum, { cells }) => sum + cells.length, 0)
  const intervals: Interval[] = []
  const witnesses: Witness[] = []
  for (const component of components) {
    const found = await solveComponent(tables.sums, component, known, bounds, options)
    intervals.push(...found.intervals)
    witnesses.push(...found.tables)
    options.progress?.(intervals.length, all)
  }
  return { intervals: intervals.sort((a, b) => a.cell - b.cell), tables: witnesses }
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
): Promise<Audit> {
  const columnOf = new Map(cells.map((cell, column) => [cell, column]))
  const least = Float64Array.from(cells, (cell) => outer.least[cell] ?? 0)
  const greatest = Float64Array.from(cells, (cell) => outer.greatest[cell] ?? Infinity)
  const rows = own.map((s) => rowOf(sums[s], columnOf, known))
  const whole = cells.length <= (options.wholeUpTo ?? 150)
  const asked = await ask({ columns: cells.length, least, greatest, rows, whole })
  try {
    return solveCells(asked, cells, least, greatest, options)
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
 * is left one by one, where that ends in good time. Nothing here depends on the clock: the same question has the same answer.
 */
function solveCells(
  asked: Asked,
  cells: readonly number[],
  outerLeast: Float64Array,
  outerGreatest: Float64Array,
  options: AuditOptions,
): Audit {
  const toTheEnd = cells.length <= (options.exactUpTo ?? 800)
  const ends = endsOf(cells, outerLeast, outerGreatest)
  const first = asked.greatest(new Map())
  if (!first) throw new RangeError('no table agrees with what is published')
  ends.learn(first)
  const open = (c: number): boolean =>
    (toTheEnd || !(options.enough?.(ends.low[c] ?? 0, ends.high[c] ?? 0, cells[c] ?? 0) ?? false)) &&
    !(ends.lowDone(c) && ends.highDone(c))
  for (let round = 0; round < (toTheEnd ? 6 : 8); round++) {
    const [ups, downs] = [new Map<number, number>(), new Map<number, number>()]
    cells.forEach((_, c) => {
      if (!open(c)) return
      // Cells of one sum can't all be greatest at once: each round asks for another half of them.
      const half = round === 0 || (Math.imul(c, 2654435761) >>> (round + 8)) % 2 === 0
      if (!ends.highDone(c)) ups.set(c, half ? 1 : -1)
      if (!ends.lowDone(c)) downs.set(c, half ? -1 : 1)
    })
    for (const objective of [ups, downs]) {
      const table = objective.size === 0 ? null : asked.greatest(objective)
      if (table) ends.learn(table)
    }
  }
  const single = cells.keys().filter(open).toArray()
  if (toTheEnd || single.length <= 40)
    for (const c of single) {
      for (const sign of [1, -1] as const) {
        if (sign === 1 ? ends.highDone(c) : ends.lowDone(c)) continue
        const table = asked.greatest(new Map([[c, sign]]))
        if (table) ends.learn(table)
        if (table) ends.finish(c, sign)
      }
    }
  return ends.found()
}

/** What is known of the ends of intervals, and the tables that have them. */
function endsOf(cells: readonly number[], outerLeast: Float64Array, outerGreatest: Float64Array) {
  const low = new Float64Array(cells.length).fill(Infinity)
  const high = new Float64Array(cells.length).fill(-Infinity)
  const [lowBy, highBy] = [new Int32Array(cells.length), new Int32Array(cells.length)]
  const [lowEnd, highEnd] = [new Uint8Array(cells.length), new Uint8Array(cells.length)]
  const tables: Float64Array[] = []
  return {
    low,
    high,
    lowDone: (c: number): boolean => lowEnd[c] === 1,
    highDone: (c: number): boolean => highEnd[c] === 1,
    finish: (c: number, sign: 1 | -1): void => {
      if (sign === 1) highEnd[c] = 1
      else lowEnd[c] = 1
    },
    learn: (solved: Float64Array): void => {
      const table = solved.map((value) =>
        Math.abs(value - Math.round(value)) < 1e-5 ? Math.round(value) : value,
      )
      let news = false
      table.forEach((value, c) => {
        if (value < (low[c] ?? 0)) {
          low[c] = value
          lowBy[c] = tables.length
          news = true
        }
        if (value > (high[c] ?? 0)) {
          high[c] = value
          highBy[c] = tables.length
          news = true
        }
        if (value <= (outerLeast[c] ?? 0)) lowEnd[c] = 1
        if (value >= (outerGreatest[c] ?? 0)) highEnd[c] = 1
      })
      if (news) tables.push(table)
    },
    found: (): Audit => {
      const used = new Set([...lowBy, ...highBy])
      return {
        intervals: cells.map((cell, c) => ({
          cell,
          least: Math.max(low[c] ?? 0, outerLeast[c] ?? 0),
          greatest: Math.min(high[c] ?? 0, outerGreatest[c] ?? 0),
          exact: lowEnd[c] === 1 && highEnd[c] === 1,
        })),
        tables: tables.filter((_, t) => used.has(t)).map((values) => ({ cells, values: [...values] })),
      }
    },
  }
}
