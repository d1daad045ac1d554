import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { asCollector } from './collector.ts'
import { findSource } from './sources.store.ts'
import { testCollector, testSource } from './testing/test-collector.ts'

const store = await openTestStore()

it('a number under two authorities is nobody’s unless one is named', async () => {
  const first = testSource('100001')
  const collector = await testCollector(store, [first, { ...first, laNumber: '301' }, testSource('100002')])
  const found = (number: string, laNumber?: string) =>
    asCollector(collector).read((tx) => findSource(tx, number, laNumber))
  assert.equal(await found('100001'), null)
  assert.equal((await found('100001', '301'))?.laNumber, '301')
  assert.equal((await found('100001', first.laNumber))?.laNumber, first.laNumber)
  assert.equal((await found('100002'))?.source, '100002')
  assert.equal(await found('100002', '301'), null)
})
