import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assignReferences, type Reckoned } from './assign-references.ts'

const child = (...members: readonly (readonly [string, string | null, number?, string?])[]): Reckoned => ({
  members: members.map(([node, pmr, since = 1, earlier]) => ({
    node,
    pmr,
    since,
    earlier: earlier === undefined ? [] : [earlier],
  })),
})
const mint = (node: string): string => `new-${node}`

test('who is new gets a new reference, who was known keeps theirs', () => {
  const { references, changes } = assignReferences(
    [child(['a', null], ['b', 'P1']), child(['c', null])],
    2,
    mint,
  )
  assert.deepEqual(references, [
    { pmr: 'P1', since: 1 },
    { pmr: 'new-c', since: 2 },
  ])
  assert.deepEqual(changes, [])
})

test('a merge keeps the older reference', () => {
  const { references, changes } = assignReferences(
    [child(['a', 'P9', 1], ['b', 'P1', 2], ['c', 'P1', 2])],
    3,
    mint,
  )
  assert.deepEqual(references, [{ pmr: 'P9', since: 1 }])
  assert.deepEqual(changes, [{ kind: 'merge', kept: 'P9', other: 'P1', nodes: ['b', 'c'] }])
})

test('a split leaves the reference with the larger part; the other has its earlier one again', () => {
  const parts = [child(['a', 'P1', 1, 'P2']), child(['b', 'P1'], ['c', 'P1'])]
  const { references, changes } = assignReferences(parts, 3, mint)
  assert.deepEqual(
    references.map(({ pmr }) => pmr),
    ['P2', 'P1'],
  )
  assert.deepEqual(changes, [{ kind: 'split', kept: 'P1', other: 'P2', nodes: ['a'] }])
  const never = assignReferences([child(['a', 'P1']), child(['b', 'P1'], ['c', 'P1'])], 3, mint)
  assert.equal(never.references[0]?.pmr, 'new-a')
})
