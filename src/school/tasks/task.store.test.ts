import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { closeTask, openTask, type NewTask } from './task.store.ts'

const store = await openTestStore()
const urn = '123456'
const at = new Date('2026-11-24T07:30:00Z')
const later = new Date('2026-11-25T07:30:00Z')
await addSchool(store, urn)
const school = store.school(urn, { kind: 'staff', name: 'Catrin Vale', role: 'dpo' })
const all = () =>
  school.read((tx) => tx.selectFrom('task').selectAll().orderBy('opened_at').orderBy('closed_at').execute())

describe('a task', () => {
  const task = (detail: NewTask['detail']): NewTask => ({
    kind: 'release-held',
    forRole: 'dpo',
    title: 'A file is held',
    detail,
    key: 'cause',
  })

  it('is opened once for one cause, renewed or left as its opener says', async () => {
    await school.write(async (tx) => {
      await openTask(tx, school, task({ reason: 'first' }), at)
      await openTask(tx, school, task({ reason: 'left' }), later, 'leave')
    })
    assert.deepEqual(
      (await all()).map(({ detail, opened_at }) => [detail, opened_at]),
      [[{ reason: 'first' }, at]],
    )
    await school.write((tx) => openTask(tx, school, task({ reason: 'second' }), later))
    assert.deepEqual(
      (await all()).map(({ detail, opened_at }) => [detail, opened_at]),
      [[{ reason: 'second' }, at]],
    )
  })

  it('is closed with its cause, and opened anew when the cause comes back', async () => {
    await school.write(async (tx) => {
      await closeTask(tx, school, 'another cause', 'gone', at)
      await closeTask(tx, school, 'cause', 'gone', at)
      await openTask(tx, school, { ...task({ reason: 'again' }), dueAt: later }, later)
      await closeTask(tx, school, 'no such cause', 'gone', later)
    })
    assert.deepEqual(
      (await all()).map(({ closed_by, outcome, due_at }) => [closed_by, outcome, due_at]),
      [
        ['Catrin Vale', 'gone', null],
        [null, null, later],
      ],
    )
  })
})
