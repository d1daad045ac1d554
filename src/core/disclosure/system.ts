/** One thing that a table is broken down by: items in a tree, of which the first is the total that all others add up to. */
export interface Dimension {
  readonly name: string
  readonly items: readonly string[]
  /** For each item the item that it is part of; -1 for the total alone. A part stands after its whole. */
  readonly within: readonly number[]
}

/** A table of counts by its dimensions; the value of every combination of items, the last dimension running fastest; NaN where it is hidden. */
export interface Cube {
  readonly dimensions: readonly Dimension[]
  readonly values: readonly number[] | Float64Array
}

/** A whole is the sum of its parts: positions of cells. */
export interface Sum {
  readonly whole: number
  readonly parts: Int32Array
}

/** Tables that share cells, as everything that anybody knows about them: cells, and which add up to which. */
export interface LinkedTables {
  readonly cells: number
  /** Whole numbers, none negative. */
  readonly values: Float64Array
  readonly sums: readonly Sum[]
  readonly tables: readonly PlacedTable[]
}

/** A cube within linked tables. */
export interface PlacedTable {
  readonly dimensions: readonly Dimension[]
  /** How many cells apart two neighbours of a dimension lie in `cell`. */
  readonly strides: readonly number[]
  /** The cell of each combination of items. */
  readonly cell: Int32Array
}

/**
 * Cubes as one system. A cell is known by its items other than totals, so that cubes share what is the same: the total of
 * sex by age is the total of sex by school. Cubes that name a dimension alike must have it alike, and be about the same people.
 * @throws RangeError where two cubes give one cell two values, or parts don't add up to their whole
 */
export function linkTables(cubes: readonly Cube[]): LinkedTables {
  const known = new Map<string, number>()
  const values: number[] = []
  const sums: Sum[] = []
  const seen = new Set<string>()
  const tables = cubes.map(({ dimensions, values: given }) => {
    const strides = stridesOf(dimensions)
    const size = dimensions.reduce((product, { items }) => product * items.length, 1)
    if (given.length !== size) throw new RangeError('a table has a value for each combination of items')
    const cell = new Int32Array(size)
    for (let at = 0; at < size; at++) {
      const key = keyOf(dimensions, strides, at)
      const value = given[at] ?? 0
      const position = known.get(key)
      if (position === undefined) {
        known.set(key, values.length)
        cell[at] = values.length
        values.push(value)
      } else {
        if (!Object.is(values[position], value))
          throw new RangeError(`two tables disagree about ${key || 'the total'}`)
        cell[at] = position
      }
    }
    addSums({ dimensions, strides, cell }, sums, seen)
    return { dimensions, strides, cell }
  })
  const all = Float64Array.from(values)
  for (const { whole, parts } of sums) {
    let sum = 0
    for (const part of parts) sum += all[part] ?? 0
    // Where a value isn’t known (NaN: hidden from whoever reads published files) there is nothing to compare.
    if (Number.isNaN(sum) || Number.isNaN(all[whole])) continue
    if (sum !== all[whole]) throw new RangeError('parts of a table don’t add up to their whole')
  }
  return { cells: values.length, values: all, sums, tables }
}

export const stridesOf = (dimensions: readonly Dimension[]): readonly number[] => {
  const strides: number[] = []
  let stride = 1
  for (const { items } of [...dimensions].reverse()) {
    strides.unshift(stride)
    stride *= items.length
  }
  return strides
}

/** Which item of each dimension a place in a table is of. */
export const itemsAt = ({ dimensions, strides }: Omit<PlacedTable, 'cell'>, at: number): number[] =>
  dimensions.map(({ items }, d) => Math.floor(at / (strides[d] ?? 1)) % items.length)

function keyOf(dimensions: readonly Dimension[], strides: readonly number[], at: number): string {
  const parts = itemsAt({ dimensions, strides }, at).flatMap((item, d) => {
    const dimension = dimensions[d]
    return dimension && item > 0 ? [`${dimension.name}=${dimension.items[item] ?? ''}`] : []
  })
  return parts.sort().join(';')
}

function addSums(table: PlacedTable, sums: Sum[], seen: Set<string>): void {
  const { dimensions, strides, cell } = table
  for (const [d, { items, within }] of dimensions.entries()) {
    const stride = strides[d] ?? 1
    const partsOf = Map.groupBy(
      Array.from(items.keys()).filter((item) => item > 0),
      (item) => within[item] ?? 0,
    )
    for (let at = 0; at < cell.length; at++) {
      if (Math.floor(at / stride) % items.length !== 0) continue
      for (const [whole, parts] of partsOf) {
        const [first] = parts
        const wholeCell = cell[at + whole * stride] ?? 0
        const partCells = Int32Array.from(parts, (part) => cell[at + part * stride] ?? 0)
        // A total with one part is the part: the two are one cell to whoever looks.
        const name = `${String(wholeCell)}:${String(cell[at + (first ?? 0) * stride])}:${String(parts.length)}`
        if (seen.has(name)) continue
        seen.add(name)
        sums.push({ whole: wholeCell, parts: partCells })
      }
    }
  }
}
