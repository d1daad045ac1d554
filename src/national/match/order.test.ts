import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { seededPupils } from './testing/pupils.ts'
import { partitionOf } from './testing/partition.ts'

const store = await openTestStore()

await describe('the order in which returns come', async () => {
  await it('changes nothing but references: one by one, backwards, or all at once', async () => {
    const returns = seededPupils(11)
    const forwards = await partitionOf(
      store,
      returns.map((each) => [each]),
    )
    const backwards = await partitionOf(
      store,
      [...returns].reverse().map((each) => [each]),
    )
    const together = await partitionOf(store, [returns])
    assert.ok(forwards.joined > 30, 'the returns have pupils in common')
    assert.ok(forwards.people > 20)
    assert.deepEqual(backwards.groups, forwards.groups)
    assert.deepEqual(together.groups, forwards.groups)
  })
})
