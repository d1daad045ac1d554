import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from './evaluate.ts'

test('counts pairs and people as they are defined', () => {
  // True people: aaa, bb, c. Predicted: {a, a}, {a, b}, {b}, {c}.
  const got = evaluate([1, 1, 2, 2, 3, 4], ['a', 'a', 'a', 'b', 'b', 'c'])
  assert.deepEqual(got.pairwise, { precision: 0.5, recall: 0.25, f1: 1 / 3 })
  assert.equal(got.exact.ofTrue, 1 / 3)
  assert.equal(got.exact.ofPredicted, 0.25)
  assert.deepEqual(got.overMerged, { people: 1, worst: 2 })
  assert.equal(got.overSplit, 2)
  assert.equal(got.personCountError, 4 / 3 - 1)
  assert.ok(Math.abs(got.bCubed.precision - (1 + 1 + 0.5 + 0.5 + 1 + 1) / 6) < 1e-12)
  assert.ok(Math.abs(got.bCubed.recall - (2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2 + 1) / 6) < 1e-12)
})

test('a right answer is right in every respect', () => {
  const got = evaluate([5, 5, 9], ['x', 'x', 'y'])
  assert.equal(got.pairwise.f1, 1)
  assert.equal(got.bCubed.f1, 1)
  assert.deepEqual(got.exact, { ofTrue: 1, ofPredicted: 1 })
})
