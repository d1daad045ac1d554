import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  audit,
  auditQueries,
  countsBehindMeans,
  dominated,
  linkTables,
  roundAtRandom,
  roundControlled,
  roundInnermost,
  tooFew,
  upperProtection,
  withinPercent,
  type Sum,
} from './index.ts'
import { cubeOf, flat, randomCube } from './testing/random-cube.ts'

const added = (parts: Int32Array, values: Float64Array): number => {
  let total = 0
  for (const part of parts) total += values[part] ?? 0
  return total
}

const sum = (whole: number, ...parts: number[]): Sum => ({ whole, parts: Int32Array.from(parts) })

/** What an attacker finds of cells that stand in no cube: only sums tie them. */
const solve = async (cells: number, sums: readonly Sum[], known: readonly number[]): Promise<unknown> =>
  (await audit({ cells, sums, tables: [] }, Float64Array.from(known), { atLeast: 0 })).intervals.map(
    ({ cell, least, greatest }) => [cell, least, greatest],
  )

describe('attacks that the audit sees', () => {
  it('differencing: two areas that differ by a street', async () => {
    // 0: old area, 1: new area, 2: the street between them, 3: what both share.
    const sums = [sum(1, 0, 2), sum(0, 3)]
    assert.deepEqual(await solve(4, sums, [120, 122, NaN, NaN]), [
      [2, 2, 2],
      [3, 120, 120],
    ])
  })

  it('recoded bands: under 20 in one table, under 25 in another', async () => {
    // 0: all, 1: <20, 2: 20+, 3: <25, 4: 25+, 5: 20–24, never published.
    const sums = [sum(0, 1, 2), sum(0, 3, 4), sum(3, 1, 5), sum(2, 5, 4)]
    assert.deepEqual(await solve(6, sums, [40, 17, 23, 18, 22, NaN]), [[5, 1, 1]])
  })

  it('complementary tables: what one hides, the other shows', async () => {
    const cubes = [cubeOf([flat('sex', 2)], [3, 30])]
    const tables = linkTables(cubes)
    assert.deepEqual(await solve(3, tables.sums, [33, NaN, 30]), [[1, 3, 3]])
  })

  it('tables protected each for itself: one hides the second beside the first, the other the third', async () => {
    // 0: all, 1–3: areas with 3, 9 and 9 people.
    const sums = [sum(0, 1, 2, 3)]
    assert.deepEqual(await solve(4, sums, [21, NaN, NaN, 9]), [
      [1, 0, 12],
      [2, 0, 12],
    ])
    assert.deepEqual(await solve(4, sums, [21, NaN, 9, NaN]), [
      [1, 0, 12],
      [3, 0, 12],
    ])
    assert.deepEqual(await solve(4, sums, [21, NaN, 9, 9]), [[1, 3, 3]])
  })

  it('an earlier release: last term’s total beside this term’s', async () => {
    // 0: now, 1: then, 2: who came since; nobody left.
    assert.deepEqual(await solve(3, [sum(0, 1, 2)], [31, 30, NaN]), [[2, 1, 1]])
  })

  it('true means beside changed counts', () => {
    const rows = [
      { count: 9, mean: '11.25' },
      { count: 14, mean: '7.9167' },
    ]
    assert.deepEqual(countsBehindMeans(rows, { count: 19, mean: '9.25' }, 2), [[8, 12]])
    const blurred = rows.map(({ count, mean }) => ({ count, mean: mean.slice(0, -3) || mean }))
    assert.ok(countsBehindMeans(blurred, { count: 19, mean: '9' }, 2).length > 1)
  })
})

describe('rules for sums', () => {
  it('takes two contributors for too few, and a giant for dominant', () => {
    assert.ok(tooFew([5, 6], 3))
    assert.ok(!tooFew([5, 6, 7], 3))
    assert.ok(dominated([90, 5, 5], 1, 85))
    assert.ok(!dominated([30, 30, 40], 2, 75))
  })

  it('agrees with p% over all that the second contributor could subtract', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        (all, p) => {
          const [first = 0, second = 0] = [...all].sort((a, b) => b - a)
          const total = all.reduce((a, b) => a + b, 0)
          const guess = total - second
          assert.equal(withinPercent(all, p), 100 * (guess - first) < p * first)
          assert.equal(upperProtection(all, p) > 0, withinPercent(all, p))
        },
      ),
    )
  })
})

describe('rounding that adds up', () => {
  it('gives every cell one of its two multiples, and keeps every sum', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCube(2, 5, 40),
        fc.integer({ min: 2, max: 10 }),
        async (cube, base): Promise<void> => {
          const tables = linkTables([cube])
          const rounded: Float64Array | null = await roundControlled(tables, base)
          assert.ok(rounded)
          tables.values.forEach((value, cell) => {
            const to = rounded[cell] ?? 0
            assert.ok(to % base === 0 && Math.abs(to - value) < base)
          })
          for (const { whole, parts } of tables.sums) assert.equal(added(parts, rounded), rounded[whole])
        },
      ),
      { numRuns: 25 },
    )
  })

  it('rounds the innermost and adds those up, at any size', () => {
    const rounded = roundInnermost(cubeOf([flat('school', 4)], [3, 8, 16, 23]), 5)
    assert.deepEqual([...rounded], [55, 5, 10, 15, 25])
  })

  it('rounds at random without leaning', () => {
    const shares = Array.from({ length: 3000 }, (_, i) => (i + 0.5) / 3000)
    for (const [count, mean] of [
      [4, 4],
      [5, 5],
      [6, 6],
    ] as const) {
      const all = shares.map((share) => roundAtRandom(count, 3, share))
      assert.ok(all.every((each) => each % 3 === 0 && Math.abs(each - count) < 3))
      assert.ok(Math.abs(all.reduce((a, b) => a + b, 0) / all.length - mean) < 0.01)
    }
  })
})

describe('audit of questions', () => {
  it('lets ten thousand random questions isolate nobody, and refuses alike whatever the counts', () => {
    const atoms = 24
    let seed = 11
    const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
    const queries = auditQueries(atoms)
    const rows: bigint[][] = []
    let refused = 0
    for (let n = 0; n < 10_000; n++) {
      const question = Array.from({ length: atoms }, (_, atom) => atom).filter(() => random() < 0.4)
      if (!queries.ask(question)) refused++
      else rows.push(Array.from({ length: atoms }, (_, atom) => (question.includes(atom) ? 1n : 0n)))
    }
    assert.ok(refused > 0 && queries.answered > 0)
    const span = reduce(rows)
    for (let atom = 0; atom < atoms; atom++)
      assert.ok(
        !isIn(
          span,
          Array.from({ length: atoms }, (_, each) => (each === atom ? 1n : 0n)),
        ),
      )
    for (let a = 0; a < atoms; a++)
      for (let b = a + 1; b < atoms; b++)
        for (const sign of [1n, -1n])
          assert.ok(
            !isIn(
              span,
              Array.from({ length: atoms }, (_, each) => (each === a ? 1n : each === b ? sign : 0n)),
            ),
          )
  })

  it('refuses a tracker', () => {
    const queries = auditQueries(8, 2)
    assert.ok(queries.ask([0, 1, 2, 3]))
    assert.ok(!queries.ask([1, 2, 3]), 'the difference is one atom')
    assert.ok(queries.ask([0, 1, 2, 3]), 'nothing new')
    assert.ok(!queries.ask([0, 1]), 'the rest is two')
    assert.ok(!queries.ask([5]))
    assert.ok(!queries.ask([0, 1, 2, 3, 4, 5, 6]), 'what it leaves out is one')
  })
})

/** Rows over exact fractions (kept as whole numbers): slow, and nothing in common with the audit’s own. */
function reduce(rows: readonly (readonly bigint[])[]): bigint[][] {
  const done: bigint[][] = []
  for (const row of rows) {
    const rest = remainder(done, row)
    if (rest.some((each) => each !== 0n)) done.push(rest)
  }
  return done
}

const isIn = (span: readonly (readonly bigint[])[], vector: readonly bigint[]): boolean =>
  remainder(span, vector).every((each) => each === 0n)

function remainder(span: readonly (readonly bigint[])[], vector: readonly bigint[]): bigint[] {
  let rest = [...vector]
  for (const row of span) {
    const pivot = row.findIndex((each) => each !== 0n)
    const [factor, by] = [rest[pivot] ?? 0n, row[pivot] ?? 1n]
    if (factor !== 0n) rest = rest.map((each, i) => each * by - (row[i] ?? 0n) * factor)
  }
  return rest
}
