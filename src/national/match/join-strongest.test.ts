import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinStrongest, type Member, type Tie } from './join-strongest.ts'

const member = (more: Partial<Member> = {}): Member => ({ number: null, former: null, returns: [], ...more })
const tie = (a: number, b: number, weight = 10, rank = 8): Tie => ({ a, b, rank, weight })

test('joins what speaks for one child, the strongest first', () => {
  const { child, blocked } = joinStrongest(
    [member(), member(), member(), member()],
    [tie(0, 1), tie(1, 2)],
    [],
  )
  assert.deepEqual(child, [0, 0, 0, 3])
  assert.deepEqual(blocked, [])
})

test('never joins two records of one return; the stronger tie wins', () => {
  const members = [member({ returns: ['r1'] }), member({ returns: ['r2'] }), member({ returns: ['r1'] })]
  const { child, blocked } = joinStrongest(members, [tie(0, 1, 20), tie(1, 2, 10)], [])
  assert.deepEqual(child, [0, 0, 2])
  assert.deepEqual(blocked, [{ a: 1, b: 2, why: 'apart' }])
})

test('of two equal ties that can’t both hold neither does', () => {
  const members = [member({ returns: ['r1'] }), member({ returns: ['r2'] }), member({ returns: ['r1'] })]
  const { child, blocked } = joinStrongest(members, [tie(0, 1), tie(1, 2)], [])
  assert.deepEqual(child, [0, 1, 2])
  assert.deepEqual(
    blocked.map(({ why }) => why),
    ['tie', 'tie'],
  )
})

test('two valid numbers need a former number or a person’s word', () => {
  const two = [member({ number: 'A' }), member({ number: 'B' })]
  assert.deepEqual(joinStrongest(two, [tie(0, 1)], []).blocked, [{ a: 0, b: 1, why: 'numbers' }])
  const former = [member({ number: 'A' }), member({ number: 'B', former: 'A' })]
  assert.deepEqual(joinStrongest(former, [tie(0, 1)], []).child, [0, 0])
  assert.deepEqual(joinStrongest(two, [tie(0, 1, 0, -1)], []).child, [0, 0])
  // Also through one that has none.
  const through = [...two, member()]
  assert.deepEqual(joinStrongest(through, [tie(0, 2, 20), tie(1, 2, 10)], []).child, [0, 1, 0])
})

test('whom a person parted nothing joins, not even another who joins all', () => {
  const four = [member(), member(), member()]
  const { child } = joinStrongest(four, [tie(0, 1, 20), tie(1, 2, 10)], [[0, 2]])
  assert.deepEqual(child, [0, 0, 2])
})

test('the order of members and ties changes nothing', () => {
  const scene = fc.record({
    members: fc.array(
      fc.record({
        number: fc.constantFrom(null, 'A', 'B'),
        former: fc.constantFrom(null, null, 'A'),
        returns: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'r3'), { maxLength: 2 }),
      }),
      { minLength: 2, maxLength: 7 },
    ),
    ties: fc.array(
      fc.record({
        a: fc.nat(6),
        b: fc.nat(6),
        rank: fc.constantFrom(-1, 0, 1),
        weight: fc.constantFrom(1, 2, 3),
      }),
      { maxLength: 10 },
    ),
    apart: fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 2 }),
    seed: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
  })
  fc.assert(
    fc.property(scene, ({ members, ties, apart, seed }) => {
      const n = members.length
      const within = ties.filter(({ a, b }) => a < n && b < n && a !== b)
      const foes = apart.filter(([a, b]) => a < n && b < n && a !== b)
      const order = [...members.keys()].sort((x, y) => (seed[x] ?? 0) - (seed[y] ?? 0) || x - y)
      const place = new Map(order.map((old, now) => [old, now]))
      const at = (i: number): number => place.get(i) ?? 0
      const one = joinStrongest(members, within, foes).child
      const other = joinStrongest(
        order.flatMap((i) => members[i] ?? []),
        within.map((each) => ({ ...each, a: at(each.b), b: at(each.a) })).reverse(),
        foes.map(([a, b]) => [at(b), at(a)]),
      ).child
      for (let i = 0; i < n; i++)
        for (let k = 0; k < n; k++) assert.equal(one[i] === one[k], other[at(i)] === other[at(k)])
    }),
    { numRuns: 500 },
  )
})
