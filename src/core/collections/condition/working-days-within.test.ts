import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, trueOf, type Example } from '../testing/example-rule.ts'
import { parseCondition } from './parse-condition.ts'

const tables = `
child:
  label: Child
  at: [{ path: Child }]
  items:
    born: { path: Born, type: date, label: Born }
referral:
  label: Referral
  parent: child
  at: [{ path: Referral }]
  items:
    conference: { path: Conference, type: date, label: Conference }
plan:
  label: Plan
  parent: referral
  at: [{ path: Plan }]
  items:
    start: { path: Start, type: date, label: Start }
    end: { path: End, type: date, label: End }
review:
  label: Review
  parent: plan
  at: [{ path: Review }]
  items:
    date: { path: Date, type: date, label: Date }
enquiry:
  label: Enquiry
  parent: referral
  at: [{ path: Enquiry }]
  items:
    start: { path: Start, type: date, label: Start }
`

/**
 * Child 1 has referrals 11 (plan 111, ended, with review 1111, and enquiry 115) and 12 (plan 121, open); child 2 has referral
 * 21 (plan 211, as 121, and enquiry 215).
 */
const records: readonly (readonly [table: string, values: string])[] = [
  ['child', "(0, 1, 0, 1, '2015-01-01'), (0, 2, 0, 1, NULL)"],
  ['referral', "(0, 11, 1, 1, '2026-02-02'), (0, 12, 1, 1, NULL), (0, 21, 2, 1, '2026-02-03')"],
  [
    'plan',
    "(0, 111, 11, 1, '2026-01-05', '2026-02-02'), (0, 121, 12, 1, '2026-02-02', NULL), (0, 211, 21, 1, '2026-02-02', NULL)",
  ],
  ['review', "(0, 1111, 111, 1, '2026-02-02')"],
  ['enquiry', "(0, 115, 11, 1, '2026-01-05'), (0, 215, 21, 1, '2026-02-02')"],
]

/** New Year, Good Friday, Easter Monday; and a Saturday, which is no working day anyway. */
const holidays = ['2026-01-01', '2026-04-03', '2026-04-06', '2026-04-11']

const example: Example = { tables, records, holidays }

const asked = (on: string, condition: string): Promise<readonly (number | null)[]> =>
  trueOf(example, on, condition)

const between = async (from: string, to: string): Promise<number> => {
  for (let n = 0; n < 40; n++) {
    const found = await asked('return', `workingDaysBetween(date('${from}'), date('${to}')) = ${String(n)}`)
    if (found.length > 0) return n
  }
  return -1
}

void test('workingDaysBetween counts neither end, nor weekends, nor bank holidays', async () => {
  assert.equal(await between('2026-03-30', '2026-03-31'), 0)
  assert.equal(await between('2026-03-30', '2026-04-01'), 1)
  assert.equal(await between('2026-03-27', '2026-03-30'), 0)
  assert.equal(await between('2026-03-26', '2026-03-30'), 1)
  assert.equal(await between('2026-04-01', '2026-04-08'), 2)
  assert.equal(await between('2026-04-04', '2026-04-05'), 0)
  assert.equal(await between('2026-04-09', '2026-04-13'), 1)
  assert.equal(await between('2025-12-31', '2026-01-05'), 1)
  assert.equal(await between('1999-12-31', '2000-01-08'), 5)
  assert.equal(await between('2026-03-31', '2026-03-01'), 0)
  assert.deepEqual(await asked('child', 'workingDaysBetween(born, census) >= 0'), [1])
})

void test('workingDay is neither on a weekend nor on a bank holiday', async () => {
  const working = (day: string): Promise<readonly (number | null)[]> =>
    asked('return', `workingDay(date('${day}'))`)
  assert.deepEqual(await working('2026-04-02'), [null])
  for (const day of ['2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06'])
    assert.deepEqual(await working(day), [], day)
})

void test('working days want a calendar', () => {
  assert.match(
    faultOf({ ...example, holidays: null }, 'return', 'workingDay(census)'),
    /no function “workingDay”/,
  )
})

void test('orElse is the second date where the first is absent', async () => {
  assert.deepEqual(await asked('plan', 'orElse(end, census) = census'), [121, 211])
  assert.deepEqual(await asked('plan', "orElse(end, census) = date('2026-02-02')"), [111])
})

void test('other … within looks through the rows that share a record above', async () => {
  assert.deepEqual(await asked('plan', 'any(other plan)'), [])
  assert.deepEqual(await asked('plan', 'any(other plan within child)'), [111, 121])
  assert.deepEqual(await asked('plan', 'any(other plan within child where start = this.end)'), [111])
  assert.deepEqual(
    await asked('plan', 'any(other enquiry within referral where start = this.start)'),
    [111, 211],
  )
  assert.deepEqual(await asked('plan', 'count(other enquiry within child) = 1'), [111, 121, 211])
  assert.deepEqual(await asked('review', 'any(other plan within child where start = this.date)'), [1111])
  assert.deepEqual(
    await asked(
      'enquiry',
      'any(other review within child) and none(other review within referral where date < census)',
    ),
    [],
  )
  assert.deepEqual(await asked('enquiry', 'any(other review within referral)'), [115])
  assert.deepEqual(
    await asked('plan', 'any(other referral within child where conference = this.start)'),
    [121],
  )
})

void test('a table that is not above both rows can’t hold them together', () => {
  assert.match(faultOf(example, 'plan', 'any(other enquiry)'), /unless “within” follows/)
  assert.match(
    faultOf(example, 'plan', 'any(other enquiry within plan)'),
    /“plan” does not stand above “plan”/,
  )
  assert.match(
    faultOf(example, 'review', 'any(other enquiry within plan)'),
    /“plan” does not stand above “enquiry”/,
  )
  const parsed = parseCondition('any(other enquiry within 3)')
  assert.match(parsed.ok ? '' : parsed.error.message, /wants the table above/)
  assert.equal(parseCondition('any(enquiry within referral)').ok, false)
})
