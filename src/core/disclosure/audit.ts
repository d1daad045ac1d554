import { outerBounds, sumsOf } from './bounds.ts'
import type { Safety } from './hide.ts'
import { endsOf, type Audit, type Ends, type Interval, type Witness } from './interval-ends.ts'
import { searchBoxes } from './search-boxes.ts'
import { ask, type Asked, type Rows } from './solver.ts'
import type { LinkedTables, Sum } from './system.ts'

export interface AuditOptions {
  /** What a hidden cell is at least: 1 where cells of nothing are never hidden. One number for all, or one for each cell. */
  readonly atLeast: number | Float64Array
  /** Components up to this many cells are solved in whole numbers, larger ones in fractions; 150 unless told. */
  readonly wholeUpTo?: number
  /** Components up to this many cells are solved to the end; in larger ones each interval is proved as wide as needed; 800 unless told. */
  readonly exactUpTo?: number
  /** In a component past `exactUpTo`: what makes an interval wide enough to be left at that. */
  readonly enough?: Safety
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
  tables: Omit<LinkedTables, 'values'>,
  known: Float64Array,
  options: AuditOptions,
): Promise<Audit> {
  const bounds = outerBounds(tables, known, options.atLeast)
  if (bounds.least.some((least, cell) => least > (bounds.greatest[cell] ?? 0))) throw none()
  const endless = boundEndless(bounds.greatest, known)
  const components = componentsOf(tables, known)
  const all = components.reduce((sum, { cells }) => sum + cells.length, 0)
  const intervals: Interval[] = []
  const witnesses: Witness[] = []
  for (const component of components) {
    const found = await solveComponent(tables, component, known, bounds, options)
    intervals.push(...found.intervals)
    witnesses.push(...found.tables)
    options.progress?.(intervals.length, all)
  }
  return {
    intervals: intervals
      .map((each) => (each.greatest >= endless ? { ...each, greatest: Infinity } : each))
      .sort((a, b) => a.cell - b.cell),
    tables: witnesses,
  }
}

/** Gives what nothing bounds a bound that no other cell can feel, and tells from where on a cell is one of those. */
function boundEndless(greatest: Float64Array, known: Float64Array): number {
  let sum = 1000
  for (const value of known) if (!Number.isNaN(value)) sum += value
  greatest.forEach((each, cell) => {
    if (each === Infinity) greatest[cell] = 8 * sum
  })
  return 4 * sum
}

const none = (): RangeError => new RangeError('no table agrees with what is published')

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
  tables: Omit<LinkedTables, 'values'>,
  { cells, sums: own }: Component,
  known: Float64Array,
  outer: { readonly least: Float64Array; readonly greatest: Float64Array },
  options: AuditOptions,
): Promise<Audit> {
  const columnOf = new Map(cells.map((cell, column) => [cell, column]))
  const least = Float64Array.from(cells, (cell) => outer.least[cell] ?? 0)
  const greatest = Float64Array.from(cells, (cell) => outer.greatest[cell] ?? Infinity)
  const rows = own.map((s) => rowOf(tables.sums[s], columnOf, known))
  const whole = cells.length <= (options.wholeUpTo ?? 150)
  const model = { columns: cells.length, least, greatest, rows, whole }
  const asked = await ask(model)
  try {
    return solveCells(asked, model, cells, tables, options)
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

/** Open cells of a large component that are worth an answer each. */
const few = 2

/**
 * Every answer is a whole table and so widens all cells' intervals at once: first many ends are asked for together, then what
 * is left one by one, where that ends in good time. Nothing here depends on the clock: the same question has the same answer.
 */
function solveCells(
  asked: Asked,
  model: Rows,
  cells: readonly number[],
  tables: Omit<LinkedTables, 'values'>,
  options: AuditOptions,
): Audit {
  const toTheEnd = cells.length <= (options.exactUpTo ?? 800)
  const ends = endsOf(cells, model.least, model.greatest)
  const first = toTheEnd ? asked.greatest(new Map()) : asked.middle()
  if (!first) throw none()
  if (toTheEnd) ends.learn(first)
  const wide = (c: number): boolean =>
    options.enough !== undefined &&
    wideEnough(options.enough, Math.ceil(ends.low[c] ?? 0), Math.floor(ends.high[c] ?? 0))
  const open = (c: number): boolean => (toTheEnd || !wide(c)) && !(ends.lowDone(c) && ends.highDone(c))
  const boxes = (base: Float64Array): void => {
    const goal = (c: number): number =>
      Math.max(
        options.enough?.threshold ?? 0,
        Math.ceil(Math.min(ends.low[c] ?? 0, base[c] ?? 0)) + (options.enough?.width ?? 1) - 1,
      )
    searchBoxes({ ...tables, values: new Float64Array() }, cells, base, ends, open, goal, options.atLeast)
  }
  if (!toTheEnd) boxes(first)
  const opens = (): readonly number[] => Array.from(cells.keys()).filter(open)
  for (let round = 0; round < 6 && (toTheEnd || opens().length > few); round++)
    for (const table of askForMany(asked, cells, ends, open, round))
      // Half way to a table where what is open is great, there is room for other boxes.
      if (!toTheEnd) boxes(first.map((value, c) => (value + (table[c] ?? 0)) / 2))
  const single = opens()
  if (toTheEnd || single.length <= few)
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

/** Asks at once for the greatest of some open ends and the least of the others. Cells of one sum can't all be greatest together. */
function askForMany(
  asked: Asked,
  cells: readonly number[],
  ends: Ends,
  open: (column: number) => boolean,
  round: number,
): readonly Float64Array[] {
  const [ups, downs] = [new Map<number, number>(), new Map<number, number>()]
  cells.forEach((_, c) => {
    if (!open(c)) return
    const half = round === 0 || (Math.imul(c, 2654435761) >>> (round + 8)) % 2 === 0
    if (!ends.highDone(c)) ups.set(c, half ? 1 : -1)
    if (!ends.lowDone(c)) downs.set(c, half ? -1 : 1)
  })
  return [ups, downs].flatMap((objective) => {
    const table = objective.size === 0 ? null : asked.greatest(objective)
    if (table) ends.learn(table)
    return table ? [table] : []
  })
}

/** Whether whoever solves a cell's interval learns of nothing confidential: it reaches past what is, and holds enough. */
export const wideEnough = ({ threshold, width }: Safety, least: number, greatest: number): boolean =>
  least >= threshold || (greatest >= threshold && greatest - least >= width - 1)
