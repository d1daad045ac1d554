import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareReturns } from './compare-returns.ts'
import { isOpen, judgeExplanation, type Explanation } from './explanation.ts'
import { notesToSend } from './notes-to-send.ts'

const note = (pupilId: string | null, text = 'They are twins'): Explanation => ({
  rule: '1620',
  pupilId,
  text,
  writtenAt: new Date(0),
  writtenBy: 'Olive Office',
})
const found = (pupilId: string, ordinal: number, explain = true) => ({
  rule: '1620',
  pupilId,
  table: 'pupil',
  ordinal,
  explain,
})

describe('an explanation of what a rule found', () => {
  it('says something, gives a reason where one is asked for, and no pupil’s number', () => {
    assert.ok(judgeExplanation('They are twins of one family.', 'reason').ok)
    assert.ok(judgeExplanation('Right', 'confirmation').ok)
    for (const [text, accepts] of [
      [' ', 'confirmation'],
      ['confirmed', 'reason'],
      ['A123456789012 is right, they are twins', 'reason'],
      ['They are twins of one family.', 'none'],
      ['x'.repeat(2001), 'reason'],
    ] as const)
      assert.ok(!judgeExplanation(text, accepts).ok, text.slice(0, 40))
  })

  it('closes its own pupil’s finding, or all of the rule, and never one that has to be mended', () => {
    assert.equal(isOpen(found('a', 1), [note('a')]), false)
    assert.equal(isOpen(found('b', 2), [note('a')]), true)
    assert.equal(isOpen(found('b', 2), [note(null)]), false)
    assert.equal(isOpen(found('a', 1, false), [note('a')]), true)
  })

  it('goes by place in the file, once for one text, and not for what is not found', () => {
    const findings = [found('a', 7), found('b', 9)]
    assert.deepEqual(notesToSend(findings, [note('a'), note('b'), note('c')]), [
      {
        rule: '1620',
        text: 'They are twins',
        places: [
          { table: 'pupil', ordinal: 7 },
          { table: 'pupil', ordinal: 9 },
        ],
      },
    ])
    assert.deepEqual(notesToSend(findings, [note(null)])[0]?.places, null)
    assert.deepEqual(notesToSend(findings, [note('c')]), [])
    assert.deepEqual(notesToSend([], [note(null)]), [])
  })
})

describe('the numbers beside the last census', () => {
  it('are marked where the collector asks, or by a fifth and five', () => {
    const numbers = (headcount: number, freeMeals: number) => ({
      measures: { headcount, freeMeals },
      summary: { onRoll: headcount, left: 0, ages: [], years: [], needs: [] },
    })
    const asked = [{ severity: 'term-on-term' as const, items: ['previous.headcount'] }]
    const { counted } = compareReturns(numbers(101, 30), numbers(100, 20), new Map(), asked)
    assert.deepEqual(
      counted.map(({ label, before, unexpected }) => [label, before, unexpected]),
      [
        ['headcount', 100, 'asked'],
        ['freeMeals', 20, 'large'],
      ],
    )
    const first = compareReturns(numbers(101, 30), null, new Map(), [])
    assert.deepEqual(
      first.counted.map(({ before, unexpected }) => [before, unexpected]),
      [
        [null, null],
        [null, null],
      ],
    )
  })
})
