import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import { enquire, readApplication, work, type LookedUp } from '../index.ts'
import {
  answers,
  enter,
  later,
  now,
  officer,
  refusal,
  testAccess,
  toActive,
  value,
} from '../testing/access-world.ts'

const store = await openTestStore()
const access = await testAccess(store)
const operational = answers({
  route: 'enquiry',
  purposes: [{ code: 'PUPIL', parameters: {} }],
  items: [{ dataSet: 'school_census', column: 'sex', from: 2026, to: 2026, justification: '' }],
})
const pupils = (count: number, from = 0, more: Partial<LookedUp> = {}): readonly LookedUp[] =>
  Array.from({ length: count }, (_, i) => ({ pmr: `pmr-${String(from + i)}`, onRoll: true, ...more }))

describe('enquiries', () => {
  it('of 500 pupils in an hour by a user whose norm is 20 ring and suspend, and a person restores (10)', async () => {
    await enter(access, 'school')
    const reference = await toActive(access, 'school', operational)
    for (let day = 0; day < 10; day++)
      assert.equal(value(await enquire(access, 'ada', reference, pupils(20), later(day))).suspended, false)
    let seen = 0
    let rang = null
    for (let minute = 0; minute < 50 && !rang; minute++) {
      const at = new Date(later(12).getTime() + minute * 60_000)
      const asked = value(await enquire(access, 'ada', reference, pupils(10, minute * 10), at))
      if (asked.suspended) rang = { minute, alarm: asked.alarms[0] }
      else seen += 10
    }
    assert.equal(rang?.alarm?.code, 'volume-hour')
    assert.ok(rang.minute <= 10 && seen <= 100)
    assert.equal((await readApplication(access, reference)).state.stage, 'suspended')
    assert.equal(refusal(await enquire(access, 'ada', reference, pupils(1), later(13))).code, 'stage')
    value(
      await work(access, officer, reference, { kind: 'restore', reason: 'A school trip, seen' }, later(13)),
    )
  })

  it('of 22,000 learners by a firm that checks ages ring within minutes', async () => {
    await enter(access, 'ages', { commercial: true })
    const bare = operational.accepts?.filter(({ code }) => code !== 'NO-COMM') ?? []
    const reference = await toActive(access, 'ages', { ...operational, accepts: bare })
    let given = 0
    for (let at = now.getTime(); given < 22_000; at += 1000) {
      const asked = value(
        await enquire(access, 'ada', reference, pupils(1, given, { onRoll: false }), new Date(at)),
      )
      if (asked.suspended) {
        assert.equal(asked.alarms[0]?.code, 'not-on-roll')
        assert.ok(at - now.getTime() < 5 * 60_000)
        break
      }
      given += 1
    }
    assert.ok(given < 25, `${String(given)} were given before it rang`)
    assert.equal(refusal(await enquire(access, 'ben', reference, pupils(1), later(0, 1))).code, 'stage') // the agreement, not one user
  })

  it('one number after another, and at night, ring too', async () => {
    await enter(access, 'night')
    const reference = await toActive(access, 'night', operational)
    const asked = value(
      await enquire(access, 'ada', reference, pupils(40, 0, { inSequence: true }), later(1, 13)),
    )
    assert.deepEqual(
      asked.alarms.map(({ code }) => code),
      ['in-sequence', 'out-of-hours'],
    )
    assert.equal(asked.entry, null)
  })
})
