import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import { fixedClock } from '../../../core/vocabulary/index.ts'
import {
  answers,
  decide,
  enter,
  now,
  testAccess,
  toReview,
  value,
} from '../../../national/access/testing/access-world.ts'
import { createCollectorApp } from '../../api/index.ts'

const access = await testAccess(await openTestStore())
const app = createCollectorApp({
  settings: { publicUrl: 'https://collector.example' },
  clock: fixedClock(now.toISOString()),
  collector: access.collector,
})
const body = async (path: string): Promise<string> => {
  const response = await app.request(`https://collector.example${path}`)
  assert.equal(response.status, 200, path)
  return response.text()
}

describe('the public register', () => {
  it('shows a refusal to anybody, with a receipt of its ledger entry', async () => {
    await enter(access, 'alpha')
    const reference = await toReview(access, 'alpha', answers())
    value(await decide(access, reference, { outcome: 'rejected', reason: 'No benefit was shown.' }))
    assert.match(await body('/access/register'), /Moves between schools[\s\S]*Refused/)
    assert.match(await body(`/access/register/${reference}`), /No benefit was shown/)
    assert.match(await body(`/access/register/${reference}/receipt`), /c2sp.org\/tlog-proof/)
    assert.match(await body('/access/register.csv'), new RegExp(reference))
    const { rows } = JSON.parse(await body('/access/register.json')) as { rows: { outcome: string }[] }
    assert.deepEqual(
      rows.map(({ outcome }) => outcome),
      ['rejected'],
    )
  })
})
