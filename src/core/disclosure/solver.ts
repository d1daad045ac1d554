import type { Highs, Model } from 'highs'

let loading: Promise<Highs> | undefined

/** The solver (HiGHS), loaded when it is first asked for. */
export const solver = (): Promise<Highs> => (loading ??= load())

/** The package is CommonJS whose types say it is its own default. */
const load = async (): Promise<Highs> =>
  ((await import('highs')).default as unknown as () => Promise<Highs>)()

/** Rows of whole coefficients over bounded columns. */
export interface Rows {
  readonly columns: number
  readonly least: Float64Array
  readonly greatest: Float64Array
  /** Each row’s columns and coefficients, and what it comes to. */
  readonly rows: readonly {
    readonly at: readonly number[]
    readonly by: readonly number[]
    readonly is: number
  }[]
  /** Whether columns are whole numbers. */
  readonly whole: boolean
  /** Whether rows are at least what they come to, rather than that exactly. */
  readonly atLeast?: boolean
}

/** A model whose objective changes from one solve to the next; each begins where the one before ended. */
export interface Asked {
  /** The columns' values where `objective` is greatest; null where nothing fits, or `seconds` are over. */
  greatest(objective: ReadonlyMap<number, number>): Float64Array | null
  /** A table well inside all that fits, in fractions; null as above. */
  middle(): Float64Array | null
  /** What one more of each column would cost at the answer before (reduced costs): what proves that it can't be greater. */
  prices(): Float64Array
  close(): void
}

/** Models of more columns are solved from within (interior point, then crossover to a corner): walking along edges takes too long. */
const large = 3000

/** @param seconds that one answer may take */
export async function ask(
  { columns, least, greatest, rows, whole, atLeast = false }: Rows,
  seconds = 120,
): Promise<Asked> {
  const highs = await solver()
  const starts = Int32Array.from({ length: rows.length + 1 }, () => 0)
  rows.forEach(({ at }, r) => (starts[r + 1] = (starts[r] ?? 0) + at.length))
  const sides = Float64Array.from(rows, ({ is }) => is)
  const model: Model = highs.createModel({
    numCols: columns,
    numRows: rows.length,
    colCost: new Float64Array(columns),
    colLower: least,
    colUpper: Float64Array.from(greatest, (each) => (each === Infinity ? highs.infinity : each)),
    rowLower: sides,
    rowUpper: atLeast ? new Float64Array(rows.length).fill(highs.infinity) : sides,
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: columns,
      starts,
      indices: Int32Array.from(rows.flatMap(({ at }) => at)),
      values: Float64Array.from(rows.flatMap(({ by }) => by)),
    },
    ...(whole && { integrality: new Int32Array(columns).fill(highs.constants.variableType.integer) }),
  })
  model.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: 0, random_seed: 0 })
  if (columns > large && !whole) model.options.set({ solver: 'ipm' })
  const optimal = highs.constants.modelStatus.optimal
  return {
    middle() {
      model.changeColsCost({ kind: 'range', from: 0, to: columns - 1 }, new Float64Array(columns))
      model.options.set({ solver: 'ipm', run_crossover: 'off' })
      model.zeroAllClocks()
      model.run()
      model.options.set({ solver: columns > large ? 'ipm' : 'choose', run_crossover: 'on' })
      return model.getModelStatus() === optimal ? model.getSolution().colValue : null
    },
    greatest(objective) {
      const costs = new Float64Array(columns)
      for (const [column, cost] of objective) costs[column] = -cost
      model.changeColsCost({ kind: 'range', from: 0, to: columns - 1 }, costs)
      model.zeroAllClocks()
      model.run()
      return model.getModelStatus() === optimal ? model.getSolution().colValue : null
    },
    prices: () => model.getSolution().colDual,
    close: () => model.dispose(),
  }
}
