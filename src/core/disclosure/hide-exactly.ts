import { audit } from './audit.ts'
import { atLeastOf, growth, priceOf, primary, secondary, type HideOptions } from './hide.ts'
import { ask, type Rows } from './solver.ts'
import type { LinkedTables } from './system.ts'

/**
 * The cheapest set of cells to hide there is, for small systems: whole-number programming by cutting planes (Fischetti and
 * Salazar 2000). Confidential cells must be able to grow as `hide` asks; in whole tables, not only in fractions. Unlike `hide` it
 * takes no heed of people who are alone in a cell.
 *
 * @returns for each cell `shown`, `primary` or `secondary`; null where even hiding everything protects too little
 */
export async function hideExactly(
  tables: LinkedTables,
  confidential: readonly number[],
  options: HideOptions,
): Promise<Uint8Array | null> {
  const { values } = tables
  const least = atLeastOf(options)
  const must = new Set(confidential)
  const mayHide = Array.from(values.keys()).filter((cell) => must.has(cell) || (values[cell] ?? 0) >= least)
  const column = new Map(mayHide.map((cell, c) => [cell, c]))
  const cuts: Rows['rows'][number][] = []
  for (;;) {
    const hidden = await cheapest(mayHide, must, values, cuts)
    if (!hidden) return null
    const before = cuts.length
    for (const cell of confidential) {
      const cut = await cutFor(tables, cell, hidden, mayHide, growth(options, values[cell] ?? 0), least)
      if (cut) cuts.push(cut)
    }
    if (cuts.length > before) continue
    const narrow = await narrowInWholes(tables, confidential, hidden, options)
    if (!narrow) {
      const state = new Uint8Array(tables.cells)
      for (const cell of hidden) state[cell] = must.has(cell) ? primary : secondary
      return state
    }
    const others = mayHide.filter((cell) => !hidden.has(cell))
    if (others.length === 0) return null
    cuts.push({ at: others.map((cell) => column.get(cell) ?? 0), by: others.map(() => 1), is: 1 })
  }
}

async function cheapest(
  mayHide: readonly number[],
  must: ReadonlySet<number>,
  values: Float64Array,
  cuts: Rows['rows'],
): Promise<ReadonlySet<number> | null> {
  const asked = await ask({
    columns: mayHide.length,
    least: Float64Array.from(mayHide, (cell) => (must.has(cell) ? 1 : 0)),
    greatest: new Float64Array(mayHide.length).fill(1),
    rows: cuts,
    whole: true,
    atLeast: true,
  })
  const answer = asked.greatest(new Map(mayHide.map((cell, c) => [c, -priceOf(values[cell] ?? 0)])))
  asked.close()
  return answer && new Set(mayHide.filter((_, c) => (answer[c] ?? 0) > 0.5))
}

/** Where `cell` can't grow by `by`: which cells, by how much, must be hidden for it to (a capacity constraint); else null. */
async function cutFor(
  tables: LinkedTables,
  cell: number,
  hidden: ReadonlySet<number>,
  mayHide: readonly number[],
  by: number,
  least: number,
): Promise<Rows['rows'][number] | null> {
  const column = new Map(mayHide.map((each, c) => [each, c]))
  const room = (each: number): number => (tables.values[each] ?? 0) - least
  const top = by + tables.values.reduce((sum, value) => sum + value, 0)
  const asked = await ask({
    columns: mayHide.length,
    least: Float64Array.from(mayHide, (each) => (hidden.has(each) ? -room(each) : 0)),
    greatest: Float64Array.from(mayHide, (each) => (hidden.has(each) ? top : 0)),
    rows: tables.sums.flatMap(({ whole, parts }) => {
      const terms = [whole, ...parts].flatMap((each, i) => {
        const c = column.get(each)
        return c === undefined ? [] : [{ c, by: i === 0 ? -1 : 1 }]
      })
      return terms.length === 0 ? [] : [{ at: terms.map(({ c }) => c), by: terms.map((t) => t.by), is: 0 }]
    }),
    whole: false,
  })
  const target = column.get(cell) ?? 0
  const answer = asked.greatest(new Map([[target, 1]]))
  const prices = asked.prices()
  asked.close()
  if (answer && (answer[target] ?? 0) >= by - 1e-6) return null
  const cut = { at: [] as number[], by: [] as number[], is: by }
  mayHide.forEach((each, c) => {
    const price = -(prices[c] ?? 0)
    const weight = price > 0 ? price * top : -price * room(each)
    if (weight < 1e-7) return
    cut.at.push(c)
    cut.by.push(Math.min(weight, by))
  })
  return cut
}

async function narrowInWholes(
  tables: LinkedTables,
  confidential: readonly number[],
  hidden: ReadonlySet<number>,
  options: HideOptions,
): Promise<boolean> {
  const known = Float64Array.from(tables.values, (value, cell) => (hidden.has(cell) ? NaN : value))
  const { intervals } = await audit(tables, known, {
    atLeast: atLeastOf(options),
    wholeUpTo: Infinity,
    exactUpTo: Infinity,
  })
  const greatest = new Map(intervals.map((each) => [each.cell, each.greatest]))
  return confidential.some((cell) => {
    const value = tables.values[cell] ?? 0
    return (greatest.get(cell) ?? value) < value + growth(options, value)
  })
}
