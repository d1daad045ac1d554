import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cluster, type Edge } from './cluster.ts'

const edges = fc.array(
  fc
    .record({ l: fc.nat(19), r: fc.nat(19), weight: fc.integer({ min: 0, max: 5 }) })
    .filter(({ l, r }) => l < r),
  { maxLength: 40 },
)
const apart = fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 20, maxLength: 20 })

test('edges in any order give the same people', () => {
  fc.assert(
    fc.property(edges, apart, fc.infiniteStream(fc.nat()), (given, sources, noise) => {
      const random = noise[Symbol.iterator]()
      const shuffled = given
        .map((edge): [number, Edge] => [Number(random.next().value), edge])
        .sort(([a], [b]) => a - b)
        .map(([, edge]) => edge)
      assert.deepEqual(
        cluster(20, shuffled, Int32Array.from(sources)),
        cluster(20, given, Int32Array.from(sources)),
      )
    }),
  )
})

test('no two records of one source come together, and nothing comes together without an edge', () => {
  fc.assert(
    fc.property(edges, apart, (given, sources) => {
      const people = [...cluster(20, given, Int32Array.from(sources))]
      people.forEach((root, a) => {
        assert.ok(root <= a)
        people.forEach((other, b) => {
          if (a < b && root === other) assert.ok(sources[a] !== sources[b] || (sources[a] ?? -1) < 0)
        })
      })
      const touched = new Set(given.flatMap(({ l, r }) => [l, r]))
      people.forEach((root, record) => {
        if (!touched.has(record)) assert.equal(root, record)
      })
    }),
  )
})

test('without sources people are the connected parts', () => {
  assert.deepEqual(
    [
      ...cluster(
        6,
        [
          { l: 4, r: 5, weight: 1 },
          { l: 0, r: 1, weight: 2 },
          { l: 1, r: 2, weight: 3 },
        ],
        null,
      ),
    ],
    [0, 0, 0, 3, 4, 4],
  )
})
