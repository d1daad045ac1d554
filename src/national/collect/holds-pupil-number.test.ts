import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { asPerson } from './collector.ts'
import { holdsPupilNumber } from './holds-pupil-number.ts'
import { acceptNotes, decideNote, eventsOf, moveReturn, receiveReturn } from './index.ts'
import { asBytes, censusMessage, upnOf } from './testing/census-message.ts'
import { headOf, testCollector, testSource, testTime, theCollector } from './testing/test-collector.ts'

const collector = await testCollector(await openTestStore(), [testSource('100001')])
const upn = upnOf(1)
const uln = '1000000027'

describe('a pupil’s number in a text', () => {
  it('is known by its shape, however it is set apart, and nothing else is taken for one', () => {
    const spaced = `${upn.slice(0, 4)} ${upn.slice(4, 8)}-${upn.slice(8)}`
    const pasted = `${upn.slice(0, 4)}\u00a0${upn.slice(4, 8)}\u2011${upn.slice(8)}`
    for (const number of [
      upn,
      upn.toLowerCase(),
      `(${upn})`,
      spaced,
      pasted,
      'A89420011700B',
      uln,
      `ULN ${uln}.`,
    ])
      assert.ok(holdsPupilNumber(`Of ${number}, who moved`), number)
    for (const text of [
      '420 pupils of 2026-10-20',
      'ring 01952 380000 or 01952380000',
      '12345678901',
      'A8942001170',
      'b9c1e1f0-1e1e-4e1e-8e1e-12345678901a',
      'Year 4 was opened in 2026.',
    ])
      assert.ok(!holdsPupilNumber(text), text)
  })

  it('keeps a reason out, whatever the reason is for, and nothing moves', async () => {
    const head = headOf('100001')
    const send = (replaceReason?: string) =>
      receiveReturn(
        collector,
        head,
        {
          name: 'one',
          open: asBytes(censusMessage({ urn: '100001', pupils: 4 })),
          ...(replaceReason === undefined ? {} : { replaceReason }),
        },
        testTime,
      )
    const first = await send()
    assert.ok(first.ok)
    const id = first.value.return
    const events = () => asPerson(collector, theCollector).read((tx) => eventsOf(tx, id))
    const before = await events()
    for (const number of [upn, uln]) {
      const again = await send(`${number} was missing`)
      assert.ok(!again.ok)
      assert.equal(again.error.problem, 'number-in-reason')
      assert.doesNotMatch(JSON.stringify(again.error), new RegExp(number))
      const reason = `See ${number}`
      const moved = await moveReturn(collector, head, id, 'withdraw', reason, testTime)
      assert.ok(!moved.ok)
      assert.equal(moved.error.why, 'number-in-reason')
      await assert.rejects(acceptNotes(collector, theCollector, id, { rule: null, reason }, testTime), {
        message: 'The reason holds a pupil’s number.',
      })
      for (const accepted of [true, false])
        await assert.rejects(
          decideNote(collector, theCollector, id, crypto.randomUUID(), { accepted, reason }, testTime),
          { message: 'The reason holds a pupil’s number.' },
        )
    }
    assert.deepEqual(await events(), before)
    assert.ok((await send('One pupil was missing')).ok)
  })
})
