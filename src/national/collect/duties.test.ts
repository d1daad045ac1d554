import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { addAccount, hasDuty, operator, personByEmail, readDuties, requireDuty, setDuties } from './index.ts'
import { testCollector, testSource } from './testing/test-collector.ts'

const store = await openTestStore()
await testCollector(store, [testSource('100001')])
const national = store.national({ kind: 'collector' }, { kind: 'job', name: 'test', role: 'collector' })
const at = new Date('2026-10-22T09:00:00Z')
const email = 'steward@department.example'

describe('duties of the department’s people', () => {
  it('are exactly those that were given last, from the next request on', async () => {
    await national.write((tx) =>
      addAccount(tx, { scope: { kind: 'collector' }, email, name: 'S', duties: ['match-review'] }, at),
    )
    const before = await national.read((tx) => personByEmail(tx, email))
    requireDuty(before, 'match-review')
    assert.throws(() => requireDuty(before, 'statistics'), { code: 'not-allowed' })
    await national.write((tx) => setDuties(tx, 'Steward@department.example ', ['statistics', 'output-check']))
    const after = await national.read((tx) => personByEmail(tx, email))
    assert.deepEqual(after.duties, ['statistics', 'output-check'])
    assert.equal(hasDuty(after, 'match-review'), false)
  })

  it('are nobody else’s', async () => {
    const scope = { kind: 'authority', laNumber: '894' } as const
    const other = 'la@authority.example'
    await assert.rejects(
      national.write((tx) => addAccount(tx, { scope, email: other, name: 'A', duties: ['statistics'] }, at)),
      { code: 'bad-input' },
    )
    await national.write((tx) => addAccount(tx, { scope, email: other, name: 'A' }, at))
    await assert.rejects(
      national.write((tx) => setDuties(tx, other, ['statistics'])),
      { code: 'bad-input' },
    )
    await assert.rejects(
      national.write((tx) =>
        tx
          .updateTable('national_account')
          .set({ duties: ['statistics'] })
          .where('email', '=', other)
          .execute(),
      ),
    )
    await assert.rejects(
      national.write((tx) => setDuties(tx, 'nobody@department.example', [])),
      { code: 'not-found' },
    )
  })

  it('are stood in for by the operator of the machine, and known by name', () => {
    assert.equal(hasDuty(operator('root'), 'access-panel'), true)
    assert.throws(() => readDuties(['everything']), { code: 'bad-input' })
    assert.deepEqual(readDuties(['output-check', 'match-review']), ['match-review', 'output-check'])
  })
})
