/** What an attacker can tell of one hidden cell from all that is published. */
export interface Interval {
  readonly cell: number
  /** The least and the greatest whole number between two tables that were found and agree with everything published. */
  readonly least: number
  readonly greatest: number
  /** Whether nothing outside is possible. If not, the true interval is wider: the cell is safer than stated, never less. */
  readonly exact: boolean
}

export interface Audit {
  readonly intervals: readonly Interval[]
  /** Whole tables found, one of which has each interval’s least and one its greatest value. */
  readonly tables: readonly Witness[]
}

/** Values of hidden cells that belong together, and with everything published add up. */
export interface Witness {
  readonly cells: readonly number[]
  readonly values: readonly number[]
  /** The table, among those found, whose values all other hidden cells have; -1 if cells of none of the same sums are left out. */
  readonly otherwise: number
}

/** What is known of the ends of the intervals of some cells, by their columns, and the tables that have them. */
export interface Ends {
  readonly low: Float64Array
  readonly high: Float64Array
  readonly lowDone: (column: number) => boolean
  readonly highDone: (column: number) => boolean
  /** Says that nothing lies further out. */
  readonly finish: (column: number, sign: 1 | -1) => void
  readonly learn: (table: Float64Array) => number
  /** As `learn`, for a table that is as one of those but for some columns. */
  readonly learnPart: (otherwise: number, columns: readonly number[], values: Float64Array) => void
  readonly found: () => Audit
}

const tidy = (value: number): number =>
  Math.abs(value - Math.round(value)) < 1e-5 ? Math.round(value) : value

export function endsOf(
  cells: readonly number[],
  outerLeast: Float64Array,
  outerGreatest: Float64Array,
): Ends {
  const low = new Float64Array(cells.length).fill(Infinity)
  const high = new Float64Array(cells.length).fill(-Infinity)
  const [lowBy, highBy] = [new Int32Array(cells.length), new Int32Array(cells.length)]
  const [lowEnd, highEnd] = [new Uint8Array(cells.length), new Uint8Array(cells.length)]
  const tables: Witness[] = []
  const widen = (c: number, value: number): boolean => {
    const [wasLow, wasHigh] = [low[c] ?? 0, high[c] ?? 0]
    if (value < wasLow) {
      low[c] = value
      lowBy[c] = tables.length
    }
    if (value > wasHigh) {
      high[c] = value
      highBy[c] = tables.length
    }
    if (value <= (outerLeast[c] ?? 0)) lowEnd[c] = 1
    if (value >= (outerGreatest[c] ?? 0)) highEnd[c] = 1
    return value < wasLow || value > wasHigh
  }
  return {
    low,
    high,
    lowDone: (c) => lowEnd[c] === 1,
    highDone: (c) => highEnd[c] === 1,
    finish: (c, sign) => {
      if (sign === 1) highEnd[c] = 1
      else lowEnd[c] = 1
    },
    learn: (solved) => {
      const table = solved.map(tidy)
      table.forEach((value, c) => widen(c, value))
      tables.push({ cells, values: [...table], otherwise: -1 })
      return tables.length - 1
    },
    learnPart: (otherwise, columns, values) => {
      const news = columns.map((c, i) => widen(c, tidy(values[i] ?? 0)))
      if (news.includes(true))
        tables.push({
          cells: columns.map((c) => cells[c] ?? 0),
          values: [...values.map(tidy)],
          otherwise,
        })
    },
    found: () => {
      const used = new Set([...lowBy, ...highBy])
      for (const t of [...used]) if ((tables[t]?.otherwise ?? -1) >= 0) used.add(tables[t]?.otherwise ?? 0)
      const kept = [...used].sort((a, b) => a - b)
      const now = new Map(kept.map((t, position) => [t, position]))
      return {
        intervals: cells.map((cell, c) => ({
          cell,
          least: Math.ceil(Math.max(low[c] ?? 0, outerLeast[c] ?? 0)),
          greatest: Math.floor(Math.min(high[c] ?? 0, outerGreatest[c] ?? 0)),
          exact: lowEnd[c] === 1 && highEnd[c] === 1,
        })),
        tables: kept.flatMap((t) => {
          const table = tables[t]
          return table ? [{ ...table, otherwise: now.get(table.otherwise) ?? -1 }] : []
        }),
      }
    },
  }
}
