import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { audit, linkTables, wideEnough, type Cube, type LinkedTables } from './index.ts'
import { possibleValues } from './testing/possible-values.ts'
import { cubeOf, flat, randomCube } from './testing/random-cube.ts'

const hiding = (tables: LinkedTables, hidden: ReadonlySet<number>): Float64Array =>
  Float64Array.from(tables.values, (value, cell) => (hidden.has(cell) ? NaN : value))

/** The cell of some items of a cube that stands alone in its system. */
const at = (tables: LinkedTables, ...items: readonly number[]): number => {
  const [table] = tables.tables
  return table?.cell[items.reduce((sum, item, d) => sum + item * (table.strides[d] ?? 1), 0)] ?? -1
}

describe('interval audit', () => {
  it('gives the handbook’s example: rows 7 and 3, columns 6 and 4', async () => {
    const tables = linkTables([cubeOf([flat('row', 2), flat('column', 2)], [5, 2, 1, 2])])
    const inner = [1, 2].flatMap((row) => [1, 2].map((column) => at(tables, row, column)))
    const { intervals } = await audit(tables, hiding(tables, new Set(inner)), { atLeast: 0 })
    assert.deepEqual(
      intervals.map(({ least, greatest, exact }) => [least, greatest, exact]),
      [
        [3, 6, true],
        [1, 4, true],
        [0, 3, true],
        [0, 3, true],
      ],
    )
  })

  it('equals trying every table, for random tables to 5 × 5 × 5', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(randomCube(2, 5, 3), randomCube(3, 3, 2), randomCube(3, 5, 2)),
        fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
        fc.constantFrom(0, 1),
        async (cube, picks, atLeast) => {
          const tables = linkTables([cube])
          const hidden = new Set(
            picks.map((pick) => pick % tables.cells).filter((c) => (tables.values[c] ?? 0) >= atLeast),
          )
          await sameAsTrying(tables, hidden, atLeast)
        },
      ),
      { numRuns: 120 },
    )
  })

  it('equals trying every table where tables are linked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2), { minLength: 12, maxLength: 12 }),
        fc.array(fc.nat(), { minLength: 2, maxLength: 9 }),
        async (inner, picks) => {
          const tables = linkTables(linked(inner))
          await sameAsTrying(tables, new Set(picks.map((pick) => pick % tables.cells)), 0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps tables that prove it, each of which adds up', async () => {
    await fc.assert(
      fc.asyncProperty(randomCube(3, 4, 9), fc.integer({ min: 2, max: 6 }), async (cube, every) => {
        const tables = linkTables([cube])
        const hidden = new Set(Array.from(tables.values.keys()).filter((cell) => cell % every === 0))
        const known = hiding(tables, hidden)
        const { intervals, tables: witnesses } = await audit(tables, known, { atLeast: 0, exactUpTo: 0 })
        const proved = new Map<number, number[]>()
        for (const { cells, values, otherwise } of witnesses) {
          const whole = Float64Array.from(known)
          const base = witnesses[otherwise]
          base?.cells.forEach((cell, i) => (whole[cell] = base.values[i] ?? 0))
          cells.forEach((cell, i) => (whole[cell] = values[i] ?? 0))
          for (const { whole: sum, parts } of tables.sums) {
            const [is, got] = [whole[sum] ?? 0, [...parts].reduce((total, p) => total + (whole[p] ?? 0), 0)]
            // A table found in this component says nothing of the others.
            if (!Number.isNaN(is) && !Number.isNaN(got)) assert.ok(Math.abs(is - got) < 1e-4)
          }
          cells.forEach((cell, i) => proved.set(cell, [...(proved.get(cell) ?? []), values[i] ?? 0]))
        }
        for (const { cell, least, greatest } of intervals) {
          const values = proved.get(cell) ?? []
          assert.ok(Math.min(...values) <= least + 1e-4)
          assert.ok(greatest === Infinity || Math.max(...values) >= greatest - 1e-4)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('says what nothing bounds', async () => {
    const tables = linkTables([cubeOf([flat('row', 2)], [5, 2])])
    const { intervals } = await audit(tables, Float64Array.from([NaN, NaN, 2]), { atLeast: 0 })
    assert.deepEqual(
      intervals.map(({ least, greatest }) => [least, greatest]),
      [
        [2, Infinity],
        [0, Infinity],
      ],
    )
  })

  it('says when nothing agrees with what is published', async () => {
    const tables = linkTables([cubeOf([flat('row', 2)], [5, 2])])
    const known = Float64Array.from([3, NaN, 4])
    await assert.rejects(audit(tables, known, { atLeast: 0 }), RangeError)
    await assert.rejects(audit(tables, known, { atLeast: 1 }), RangeError)
  })

  it('takes what each hidden cell is at least apart', async () => {
    const { intervals } = await audit(
      linkTables([cubeOf([flat('row', 2)], [5, 2])]),
      Float64Array.from([7, NaN, NaN]),
      { atLeast: Float64Array.from([0, 0, 3]) },
    )
    assert.deepEqual(
      intervals.map(({ least, greatest }) => [least, greatest]),
      [
        [0, 4],
        [3, 7],
      ],
    )
  })

  it('calls wide enough what reaches past the threshold and holds enough', () => {
    const safety = { threshold: 5, width: 3 }
    assert.ok(wideEnough(safety, 3, 5))
    assert.ok(wideEnough(safety, 7, 7))
    assert.ok(!wideEnough(safety, 1, 4))
    assert.ok(!wideEnough(safety, 4, 5))
  })
})

/** Two tables that share a variable: a by b, and a by c. */
function linked(inner: readonly number[]): Cube[] {
  const whole = cubeOf([flat('a', 3), flat('b', 2), flat('c', 2)], inner)
  const value = (a: number, b: number, c: number): number => whole.values[(a * 3 + b) * 3 + c] ?? 0
  const table = (name: string, of: (a: number, item: number) => number): Cube => ({
    dimensions: [flat('a', 3), flat(name, 2)],
    values: [0, 1, 2, 3].flatMap((a) => [0, 1, 2].map((item) => of(a, item))),
  })
  return [table('b', (a, b) => value(a, b, 0)), table('c', (a, c) => value(a, 0, c))]
}

async function sameAsTrying(
  tables: LinkedTables,
  hidden: ReadonlySet<number>,
  atLeast: number,
): Promise<void> {
  // While the total of all is published nothing is without bounds, and trying comes to an end.
  const known = hiding(tables, new Set([...hidden].filter((cell) => cell > 0)))
  const greatest = Math.max(...tables.values)
  const { intervals } = await audit(tables, known, { atLeast })
  const possible = possibleValues(tables, known, atLeast, greatest)
  for (const { cell, least, greatest: most, exact } of intervals) {
    const values = possible.get(cell) ?? new Set<number>()
    assert.deepEqual(
      { least, most, exact },
      { least: Math.min(...values), most: Math.max(...values), exact: true },
    )
  }
}
