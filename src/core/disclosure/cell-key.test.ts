import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cellKey, exampleTable, keySpace, maximumEntropyTable, perturb, recordKey } from './index.ts'

const share = (value: number): bigint => BigInt(Math.round(value * keySpace))

describe('cell key', () => {
  it('makes four of three pupils with keys 0.9, 0.3 and 0.6', () => {
    const key = cellKey(share(0.9) + share(0.3) + share(0.6))
    assert.ok(Math.abs(key / keySpace - 0.8) < 1e-6)
    assert.equal(perturb(exampleTable, 3, key), 4)
  })

  it('is the handbook’s table', () => {
    const results = (count: number): unknown =>
      [0, 0.29, 0.31, 0.49, 0.51, 0.69, 0.71, 0.79, 0.81, 0.99].map((key) =>
        perturb(exampleTable, count, Number(share(key))),
      )
    assert.deepEqual(results(0), Array(10).fill(0))
    assert.deepEqual(results(1), [0, 0, 0, 0, 2, 2, 2, 2, 2, 2])
    assert.deepEqual(results(2), [2, 2, 2, 2, 2, 2, 2, 2, 3, 3])
    assert.deepEqual(results(7), [6, 6, 7, 7, 7, 7, 8, 8, 8, 8])
  })

  it('gives the same people the same noise, in whatever order and table', () => {
    const secret = Buffer.from('a series of statistics')
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 30 }), (people) => {
        const sum = (list: readonly string[]): bigint =>
          list.reduce((total, each) => total + BigInt(recordKey(secret, each)), 0n)
        const once = perturb(exampleTable, people.length, cellKey(sum(people)))
        assert.equal(perturb(exampleTable, people.length, cellKey(sum([...people].reverse()))), once)
        // Asked a hundred times, it is still that: there is nothing to average.
        assert.equal(new Set(Array.from({ length: 100 }, () => cellKey(sum(people)))).size, 1)
      }),
    )
    assert.notEqual(recordKey(secret, 'a'), recordKey(Buffer.from('another series'), 'a'))
  })

  it('spreads keys evenly', () => {
    const tenths = new Array<number>(10).fill(0)
    for (let n = 0; n < 20_000; n++) {
      const tenth = Math.floor((recordKey(Buffer.from('s'), `p${String(n)}`) / keySpace) * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const each of tenths) assert.ok(Math.abs(each - 2000) < 200)
  })
})

describe('p-table of greatest entropy', () => {
  it('has mean nothing, the variance asked for, no deviation past the greatest, and never makes a count negative', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        (deviation, part) => {
          const variance = (part * deviation * deviation) / 3
          const table = maximumEntropyTable({ deviation, variance })
          for (const { count, noise } of table) {
            const moment = (k: number): number => noise.reduce((sum, [v, p]) => sum + p * v ** k, 0)
            assert.ok(Math.abs(moment(0) - 1) < 1e-9)
            assert.ok(Math.abs(moment(1)) < 1e-6)
            assert.ok(noise.every(([v, p]) => Math.abs(v) <= deviation && count + v >= 0 && p >= 0))
            if (count > deviation) assert.ok(Math.abs(moment(2) - variance) < 1e-5)
          }
          assert.deepEqual(table[0]?.noise, [[0, 1]])
        },
      ),
    )
  })

  it('never shows what may not be shown', () => {
    const table = maximumEntropyTable({ deviation: 4, variance: 3, never: [1, 2] })
    for (const { count, noise } of table)
      for (const [v, p] of noise) assert.ok(p < 1e-9 || ![1, 2].includes(count + v))
  })
})
