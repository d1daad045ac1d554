import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDuplicateRules } from './duplicates-file.ts'
import { isDualRegistration, isMove, resolveGroup, type Candidate } from './resolve-duplicates.ts'

const rules = await readDuplicateRules('policy', 'school-census')
assert.ok(rules)
const own = rules
const record = (lineage: string, more: Partial<Candidate> = {}): Candidate => ({
  lineage,
  source: lineage,
  schoolType: '18',
  dob: '2016-03-01',
  onRoll: true,
  enrolment: 'C',
  entry: '2021-09-01',
  leaving: null,
  year: '5',
  ...more,
})
const statuses = (...records: Candidate[]): Record<string, number> =>
  Object.fromEntries(resolveGroup(records, own).map(({ lineage, status }) => [lineage, status]))
const left = { onRoll: false, leaving: '2026-07-20' }

describe('the main record of a child', () => {
  it('is found by the first question that parts them', () => {
    assert.deepEqual(statuses(record('a'), record('b', left)), { a: 1, b: 101 })
    assert.deepEqual(statuses(record('a', left), record('b', { ...left, leaving: '2026-02-01' })), {
      a: 2,
      b: 102,
    })
    assert.deepEqual(statuses(record('a', { enrolment: 'S' }), record('b', { enrolment: 'M' })), {
      a: 103,
      b: 3,
    })
    assert.deepEqual(statuses(record('a', { schoolType: '54' }), record('b')), { a: 104, b: 4 })
    assert.deepEqual(statuses(record('a', { entry: '2026-01-05' }), record('b')), { a: 4, b: 104 })
    assert.deepEqual(statuses(record('a'), record('b')), { a: 10, b: 10 })
  })

  it('is counted apart where there are more than two', () => {
    assert.deepEqual(statuses(record('a'), record('b', left), record('c', left)), { a: 5, b: 105, c: 105 })
    const more = statuses(record('a'), record('b', { enrolment: 'S' }), record('c', left))
    assert.deepEqual(more, { a: 7, b: 107, c: 107 })
  })

  it('leaves nursery years aside', () => {
    assert.deepEqual(statuses(record('a', { year: 'N2' }), record('b', { year: 'R' })), { a: 20, b: 1 })
    assert.deepEqual(statuses(record('a', { year: 'N1' }), record('b', { year: 'N2' })), { a: 20, b: 20 })
  })

  it('does not depend on the order in which records come', () => {
    const records = [record('a', { enrolment: 'S' }), record('b', left), record('c', { enrolment: 'M' })]
    assert.deepEqual(statuses(...records), statuses(...records.toReversed()))
  })
})

describe('a dual registration', () => {
  it('is one main and one subsidiary record of two schools with one date of birth', () => {
    const [main, sub] = [record('a', { enrolment: 'M' }), record('b', { enrolment: 'S' })]
    assert.ok(isDualRegistration([main, sub], own) && isDualRegistration([sub, main], own))
    for (const wrong of [
      [main, record('b', { enrolment: 'M' })],
      [main, { ...sub, dob: '2016-03-02' }],
      [
        { ...main, dob: null },
        { ...sub, dob: null },
      ],
      [main, { ...sub, source: 'a' }],
      [main, { ...sub, onRoll: false }],
      [main, sub, sub],
      [main],
    ])
      assert.ok(!isDualRegistration(wrong, own))
  })
})

describe('a move', () => {
  it('is of different schools, one date of birth, and on roll at one at most', () => {
    const [here, gone] = [record('a'), record('b', left)]
    assert.ok(isMove([here, gone], own) && isMove([gone, here], own))
    assert.ok(isMove([gone, record('c', left)], own))
    assert.ok(isMove([here, gone, record('c', left)], own))
    for (const wrong of [
      [here, record('c')],
      [here, record('c', { ...left, dob: '2016-03-02' })],
      [here, record('c', { ...left, dob: null })],
      [record('a', { dob: null }), record('c', { ...left, dob: null })],
      [here, record('c', { ...left, source: 'a' })],
    ])
      assert.ok(!isMove(wrong, own))
    assert.ok(!isMove([here, gone], { ...own, movesConflict: true }))
  })
})
