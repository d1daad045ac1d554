import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { steps, type GiverState } from './transition.ts'

describe('transition', () => {
  const legal: readonly [GiverState, string][] = [
    ['none', 'requested'],
    ['none', 'refused'],
    ['requested', 'deferred'],
    ['requested', 'given'],
    ['requested', 'refused'],
    ['deferred', 'given'],
    ['given', 'renewed'],
    ['given', 'withdrawn'],
    ['renewed', 'withdrawn'],
    ['given', 'revoked'],
    ['given', 'expired'],
    ['withdrawn', 'requested'],
    ['refused', 'requested'],
    ['expired', 'refused'],
  ]
  for (const [from, to] of legal) {
    it(`goes from ${from} to ${to}`, () => assert.deepEqual(steps(from, to as 'given'), [to]))
  }

  const illegal: readonly [GiverState, string][] = [
    ['none', 'withdrawn'],
    ['none', 'renewed'],
    ['none', 'deferred'],
    ['requested', 'withdrawn'],
    ['given', 'given'],
    ['given', 'refused'],
    ['given', 'requested'],
    ['refused', 'withdrawn'],
    ['withdrawn', 'withdrawn'],
    ['withdrawn', 'renewed'],
    ['refused', 'revoked'],
  ]
  for (const [from, to] of illegal) {
    it(`never goes from ${from} to ${to}`, () => assert.equal(steps(from, to as 'given'), null))
  }

  it('records the question with the answer where a form held both', () => {
    for (const from of ['none', 'refused', 'withdrawn', 'revoked', 'expired', 'invalidated'] as const) {
      assert.deepEqual(steps(from, 'given'), ['requested', 'given'])
    }
  })

  it('lets a consent be ruled invalid from anywhere', () => {
    assert.deepEqual(steps('withdrawn', 'invalidated'), ['invalidated'])
  })
})
