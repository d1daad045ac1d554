import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { meantByRounded, midpoint6, redactThenRound, roundHalfAway, roundToBase } from './index.ts'

describe('rounding', () => {
  it('takes a half away from zero, never to the even', () => {
    assert.deepEqual(
      [
        [5n, 2n],
        [1n, 2n],
        [-5n, 2n],
        [14n, 10n],
        [-1n, 3n],
      ].map(([n = 0n, d = 1n]) => roundHalfAway(n, d)),
      ['3', '1', '-3', '1', '0'],
    )
    assert.equal(roundHalfAway(2n, 3n, 1), '0.7')
    assert.equal(roundHalfAway(1n, 8n, 2), '0.13')
    assert.equal(roundHalfAway(-1n, 8n, 2), '-0.13')
    assert.equal(roundHalfAway(1005n, 1000n, 2), '1.01')
    assert.throws(() => roundHalfAway(1n, 0n), RangeError)
  })

  it('agrees with exact arithmetic for any ratio', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 12n), 10n ** 12n),
        fc.bigInt(1n, 10n ** 9n),
        fc.nat(4),
        (n, d, places) => {
          const [whole = '', decimals = ''] = roundHalfAway(n, d, places).replace('-', '').split('.')
          const given = BigInt(whole + decimals)
          const off = given * 2n * d - 2n * (n < 0n ? -n : n) * 10n ** BigInt(places)
          assert.ok(off > -d && off <= d)
        },
      ),
    )
  })

  it('redacts up to seven, then rounds to five; totals are of rounded cells', () => {
    assert.deepEqual(
      [3, 8, 16, 23].map((count) => redactThenRound(count, 7, 5)),
      [null, 10, 15, 25],
    )
    assert.deepEqual(meantByRounded(10, 5), { least: 8, greatest: 12 })
    assert.equal(redactThenRound(0, 7, 5), 0)
  })

  it('gives the middle of six', () => {
    assert.deepEqual([0, 1, 6, 7, 12, 13, 18].map(midpoint6), [0, 3, 3, 9, 9, 15, 15])
  })

  it('means what it says it means', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 2, max: 20 }), (count, base) => {
        const { least, greatest } = meantByRounded(roundToBase(count, base), base)
        assert.ok(least <= count && count <= greatest)
      }),
    )
  })
})
