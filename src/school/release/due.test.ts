import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isDue, isSchoolDay, type CalendarRow } from './due.ts'

const calendar: readonly CalendarRow[] = [
  { kind: 'term', from: '2026-09-02', to: '2026-10-23' },
  { kind: 'term', from: '2026-11-02', to: '2026-12-18' },
  { kind: 'training day', from: '2026-11-27', to: '2026-11-27' },
]
const noon = (date: string): Date => new Date(`${date}T12:00:00Z`)

describe('a school day', () => {
  it('is a weekday in a term that is not closed', () => {
    assert.equal(isSchoolDay('2026-11-24', calendar), true)
    assert.equal(isSchoolDay('2026-11-28', calendar), false, 'Saturday')
    assert.equal(isSchoolDay('2026-10-28', calendar), false, 'half term')
    assert.equal(isSchoolDay('2026-11-27', calendar), false, 'training day')
  })

  it('is any weekday where no term was entered', () => {
    assert.equal(isSchoolDay('2026-08-05', []), true)
    assert.equal(isSchoolDay('2026-08-08', []), false)
  })
})

describe('a file', () => {
  const due = (every: Parameters<typeof isDue>[0], last: string | null, today: string): boolean =>
    isDue(every, last === null ? null : noon(last), noon(today), calendar)

  it('that is sent daily is due once each school day', () => {
    assert.equal(due('daily', null, '2026-11-24'), true)
    assert.equal(due('daily', '2026-11-23', '2026-11-24'), true)
    assert.equal(due('daily', '2026-11-24', '2026-11-24'), false)
    assert.equal(due('daily', '2026-11-26', '2026-11-27'), false, 'closed')
    assert.equal(due('daily', null, '2026-11-28'), false, 'Saturday')
  })

  it('that is sent weekly is due seven days on, or on the next school day', () => {
    assert.equal(due('weekly', '2026-11-18', '2026-11-24'), false)
    assert.equal(due('weekly', '2026-11-17', '2026-11-24'), true)
    assert.equal(due('weekly', '2026-11-20', '2026-11-27'), false, 'closed')
    assert.equal(due('weekly', '2026-11-20', '2026-11-30'), true)
  })

  it('that is sent each term is due when the term has begun and none has left in it', () => {
    assert.equal(due('termly', '2026-09-10', '2026-11-01'), false)
    assert.equal(due('termly', '2026-09-10', '2026-11-02'), true)
    assert.equal(due('termly', '2026-11-02', '2026-11-24'), false)
  })

  it('that is sent yearly is due from 1 September', () => {
    assert.equal(due('yearly', '2026-08-31', '2026-09-01'), true)
    assert.equal(due('yearly', '2026-09-01', '2027-08-31'), false)
    assert.equal(due('yearly', null, '2026-11-24'), true)
  })

  it('that is sent on request or after a change is never due by the calendar', () => {
    assert.equal(due('on-demand', null, '2026-11-24'), false)
    assert.equal(due('on-change', null, '2026-11-24'), false)
  })

  it('counts days in England’s time', () => {
    assert.equal(isDue('daily', new Date('2026-09-07T23:30:00Z'), noon('2026-09-08'), calendar), false)
  })
})
