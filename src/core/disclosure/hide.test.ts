import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  attributeDisclosures,
  audit,
  confidentialCells,
  hide,
  hideAndAudit,
  hideExactly,
  linkTables,
  moveHolds,
  wideEnough,
  type Cube,
  type HideOptions,
  type LinkedTables,
} from './index.ts'
import { cubeOf, flat, randomCube } from './testing/random-cube.ts'

const safety = { threshold: 5, width: 3 }

const published = (tables: LinkedTables, state: Uint8Array): Float64Array =>
  Float64Array.from(tables.values, (value, cell) => (state[cell] === 0 ? value : NaN))

/** The intervals of confidential cells are wide enough, solved in whole numbers by one who knows nothing else, or `also`. */
async function assertSafe(
  tables: LinkedTables,
  state: Uint8Array,
  cells: readonly number[],
  options: HideOptions,
  also: ReadonlyMap<number, number> = new Map(),
): Promise<void> {
  const known = published(tables, state)
  for (const [cell, value] of also) known[cell] = value
  const atLeast = options.hideZeros ? 0 : 1
  const { intervals } = await audit(tables, known, { atLeast, wholeUpTo: Infinity, exactUpTo: Infinity })
  const of = new Map(intervals.map((each) => [each.cell, each]))
  for (const cell of cells) {
    if (also.has(cell)) continue
    const found = of.get(cell)
    assert.ok(found && wideEnough(options, found.least, found.greatest), JSON.stringify(found))
  }
}

describe('hiding', () => {
  it('protects every confidential cell of random tables, whether cells of nothing may be hidden or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(randomCube(1, 6, 12), randomCube(2, 5, 9), randomCube(3, 4, 12)),
        fc.boolean(),
        async (cube, hideZeros) => {
          const tables = linkTables([cube])
          const options = { ...safety, hideZeros }
          const confidential = confidentialCells(tables, 5)
          const { state, moves, left } = hide(tables, confidential, options)
          assert.deepEqual(left, [])
          for (const move of moves.values()) assert.ok(moveHolds(tables, move, hideZeros ? 0 : 1))
          await assertSafe(tables, state, confidential, options)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('protects tables that share variables as one system', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { minLength: 27, maxLength: 27 }), async (inner) => {
        const tables = linkTables(linkedCubes(inner))
        const options = { ...safety, hideZeros: true }
        const confidential = confidentialCells(tables, 5)
        const { state, left } = hide(tables, confidential, options)
        assert.deepEqual(left, [])
        await assertSafe(tables, state, confidential, options)
      }),
      { numRuns: 20 },
    )
  })

  it('leaves no hidden cell told too closely, as whoever audits from outside must find', async () => {
    await fc.assert(
      fc.asyncProperty(randomCube(2, 5, 9), fc.boolean(), async (cube, hideZeros) => {
        const tables = linkTables([cube])
        const confidential = confidentialCells(tables, 5)
        const found = await hideAndAudit(tables, confidential, { ...safety, hideZeros })
        assert.deepEqual(found.narrow, [])
        assert.ok(confidential.every((cell) => found.state[cell] !== 0))
      }),
      { numRuns: 30 },
    )
  })

  it('holds against one who is alone in a hidden cell and so knows it', async () => {
    await fc.assert(
      fc.asyncProperty(randomCube(2, 5, 9), fc.boolean(), async (cube, hideZeros) => {
        const tables = linkTables([cube])
        const options = { ...safety, hideZeros }
        const confidential = confidentialCells(tables, 5)
        const { state, exposed } = hide(tables, confidential, options)
        const alone = confidential.filter((cell) => tables.values[cell] === 1)
        for (const cell of alone) {
          // Whoever is the one person in a cell knows every total that is the same person.
          const own = new Map(alone.filter((each) => within(tables, cell, each)).map((each) => [each, 1]))
          const others = confidential.filter((each) => !own.has(each) && !exposed.includes(each))
          await assertSafe(tables, state, others, options, own)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('hides no more than trying all sets would, when asked to be exact', async () => {
    await fc.assert(
      fc.asyncProperty(randomCube(2, 3, 9), async (cube) => {
        const tables = linkTables([cube])
        const options = { ...safety, hideZeros: true }
        const confidential = confidentialCells(tables, 5)
        const exact = await hideExactly(tables, confidential, options)
        assert.ok(exact)
        await assertSafe(tables, exact, confidential, options)
        const loss = (state: Uint8Array): number =>
          state.reduce((s, each, c) => s + (each === 2 ? 1 + Math.log2(1 + (tables.values[c] ?? 0)) : 0), 0)
        const { state } = hide(tables, confidential, options)
        assert.ok(loss(exact) <= loss(state) + 1e-6)
      }),
      { numRuns: 20 },
    )
  })

  it('finds the cheapest set of the handbook’s kind of table', async () => {
    const tables = linkTables([cubeOf([flat('row', 2), flat('column', 3)], [2, 10, 30, 20, 9, 40])])
    const exact = await hideExactly(tables, confidentialCells(tables, 5), { ...safety, hideZeros: false })
    // The two, and the least costly rectangle with it: rows 1 and 2, columns 1 and 2.
    const inner = [1, 2].flatMap((row) => [1, 2, 3].map((column) => exact?.[row * 4 + column] ?? 0))
    assert.deepEqual(inner, [1, 2, 0, 2, 2, 0])
    assert.equal(
      exact?.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0),
      4,
    )
  })

  it('finds lines whose only people share an attribute', () => {
    const tables = linkTables([cubeOf([flat('school', 2), flat('language', 3)], [0, 12, 0, 3, 9, 1])])
    const all = attributeDisclosures(tables, tables.values)
    assert.deepEqual(
      all.map(({ whole, part, dimension }) => [tables.values[whole], tables.values[part], dimension]),
      [
        [3, 3, 'school'],
        [1, 1, 'school'],
        [12, 12, 'language'],
      ],
    )
    const known = Float64Array.from(tables.values, (value) => (value > 0 && value < 5 ? NaN : value))
    assert.equal(attributeDisclosures(tables, known).length, 1)
  })
})

/** Whether the people of one cell are all in another: on the way from it to the totals. */
function within(tables: LinkedTables, cell: number, whole: number): boolean {
  if (cell === whole) return true
  return tables.sums.some((sum) => sum.parts.includes(cell) && within(tables, sum.whole, whole))
}

/** Tables a × b and a × c of the same people. */
function linkedCubes(inner: readonly number[]): Cube[] {
  const whole = cubeOf([flat('a', 3), flat('b', 3), flat('c', 3)], inner)
  const value = (a: number, b: number, c: number): number => whole.values[(a * 4 + b) * 4 + c] ?? 0
  const items = [0, 1, 2, 3]
  return [
    {
      dimensions: [flat('a', 3), flat('b', 3)],
      values: items.flatMap((a) => items.map((b) => value(a, b, 0))),
    },
    {
      dimensions: [flat('a', 3), flat('c', 3)],
      values: items.flatMap((a) => items.map((c) => value(a, 0, c))),
    },
  ]
}
