import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, trueOf, type Example } from '../testing/example-rule.ts'

const tables = `
row:
  label: Row
  at: [{ path: Row }]
  items:
    pupil: { path: Pupil, type: text, label: Pupil }
    subject: { path: Subject, type: text, label: Subject }
    score: { path: Score, type: integer, label: Score }
`

/** Two rows of one pupil that differ in the score, two that agree, two of nobody, and one of another return’s pupil. */
const example: Example = {
  tables,
  records: [
    [
      'row',
      "(0, 1, 0, 1, 'a', 'X', '1'), (0, 2, 0, 1, 'a', 'Y', '2'), (0, 3, 0, 1, 'b', 'X', '3'), (0, 4, 0, 1, 'b', 'X', '3'), (0, 5, 0, 1, NULL, 'X', '4'), (0, 6, 0, 1, NULL, 'X', '5'), (0, 7, 0, 1, 'b', 'X', NULL)",
    ],
  ],
  holidays: null,
}

void test('an item varies where rows that share the others have different values of it', async () => {
  assert.deepEqual(await trueOf(example, 'row', 'varies(score, pupil)'), [1, 2])
  assert.deepEqual(await trueOf(example, 'row', 'varies(score, pupil, subject)'), [])
  assert.deepEqual(await trueOf(example, 'row', 'varies(pupil, subject)'), [1, 3, 4, 5, 6, 7])
})

void test('rows that share nothing do not vary, and an absent value differs from none', async () => {
  assert.deepEqual(await trueOf(example, 'row', 'pupil is absent and varies(score, pupil)'), [])
  assert.deepEqual(await trueOf(example, 'row', "pupil = 'b' and varies(score, pupil)"), [])
})

void test('what varies and what is shared are items', () => {
  assert.match(faultOf(example, 'row', 'varies(score)'), /what the rows share/)
  assert.equal(faultOf(example, 'row', 'varies(score, 1)'), 'Name an item of the rule’s own rows.')
})
