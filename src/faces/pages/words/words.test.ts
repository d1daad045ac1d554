import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Condition, Item } from '../../../core/vocabulary/index.ts'
import { conditionWords } from './condition.ts'
import { dateAndTime, dayOfWeek, longDate, shortDateAndTime } from './dates.ts'
import { count, list, number } from './numbers.ts'

describe('words', () => {
  it('write dates as people say them, in England’s time', () => {
    assert.equal(longDate('2026-11-24'), '24 November 2026')
    assert.equal(longDate(new Date('2026-06-30T23:30:00Z')), '1 July 2026')
    assert.equal(dateAndTime(new Date('2026-11-24T07:30:00Z')), '24 November 2026 at 7:30am')
    assert.equal(shortDateAndTime(new Date('2026-11-24T07:30:00Z')), '24 Nov, 7:30am')
    assert.equal(dayOfWeek(new Date('2026-11-24T07:30:00Z')), 'Tuesday 24 November 2026')
  })

  it('count without a wrong plural', () => {
    assert.deepEqual(
      [0, 1, 2].map((n) => count(n, 'pupil')),
      ['no pupils', '1 pupil', '2 pupils'],
    )
    assert.equal(count(0, 'entry', 'entries'), 'no entries')
    assert.equal(number(28000), '28,000')
    assert.deepEqual(
      [list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])],
      ['', 'a', 'a and b', 'a, b and c'],
    )
  })

  it('read a population out', () => {
    const items = new Map([
      ['pupil.yearGroup', { label: 'Year group' } as Item],
      ['pupil.leavingDate', { label: 'Date of leaving' } as Item],
    ])
    const condition: Condition = {
      all: [
        { item: 'pupil.yearGroup', in: ['R', '1'] },
        { not: { item: 'pupil.leavingDate', before: 'today' } },
      ],
    }
    assert.equal(
      conditionWords(condition, items),
      'year group is one of R and 1, and date of leaving is not before today',
    )
    assert.equal(
      conditionWords({ item: 'pupil.leavingDate', after: 'today-366' }, items),
      'date of leaving is after 366 days before today',
    )
  })
})
