import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judgeNote } from './judge-note.ts'
import type { NewNote } from './notes.store.ts'
import { statusOf, unresolvedOf, type FindingFacts, type NoteFacts } from './unresolved.ts'
import { readWorkflow } from './workflow-file.ts'

const workflow = await readWorkflow('policy')
const finding = (number: number, rule: string, accepts: FindingFacts['accepts']): FindingFacts => ({
  number,
  rule,
  severity: accepts === 'none' ? 'error' : 'query',
  accepts,
})
const findings = [
  finding(1, '100', 'none'),
  finding(2, '200', 'reason'),
  finding(3, '200', 'reason'),
  finding(4, '300', 'confirmation'),
]
const note = (given: Partial<NewNote>): NewNote => ({
  kind: 'explanation',
  rule: '200',
  findings: null,
  text: 'Two families moved here in September.',
  supersedes: null,
  ...given,
})
const judge = (given: Partial<NewNote>, role: Parameters<typeof judgeNote>[1] = 'source') =>
  judgeNote(note(given), role, findings, workflow)

describe('a note', () => {
  it('stands where the rule accepts it', () => {
    assert.ok(judge({}).ok)
    assert.ok(judge({ findings: [3, 2, 3] }).ok)
    assert.ok(judge({ rule: '300', kind: 'confirmation', text: '' }).ok)
    assert.ok(judge({ rule: '300', text: 'ok' }).ok)
    assert.ok(judge({ rule: '100', kind: 'correction-made', text: 'Mended in the register.' }).ok)
  })

  it('is refused where no note helps, where nothing was found, and for findings that are not there', () => {
    for (const given of [
      { rule: '100' },
      { rule: '999' },
      { findings: [1] },
      { findings: [2, 7] },
      { findings: [] },
      { rule: null },
      { rule: null, kind: 'correction-made', text: ' ' },
    ] as const)
      assert.ok(!judge(given).ok, JSON.stringify(given))
  })

  it('gives a reason where one is asked for', () => {
    for (const text of [
      '',
      'ok',
      'Confirmed as correct.',
      '  CHECKED and CORRECT!! ',
      'n/a',
      '...............',
      'x'.repeat(2001),
    ])
      assert.ok(!judge({ text }).ok, text.slice(0, 30))
    assert.ok(!judge({ kind: 'confirmation' }).ok)
  })

  it('holds no pupil’s number', () => {
    assert.ok(!judge({ text: 'Pupil H801200001001 left in July and came back.' }).ok)
    assert.ok(!judge({ text: 'pupil h801200001001 left in July and came back.' }).ok)
  })

  it('is of a kind that the role writes', () => {
    assert.ok(!judge({ kind: 'collector-reply', text: 'Please say more.' }).ok)
    assert.ok(!judge({ kind: 'authority-comment', text: 'We have looked at it.' }).ok)
    assert.ok(judge({ kind: 'authority-comment', text: 'We have looked at it.', rule: null }, 'agent').ok)
    assert.ok(!judge({}, 'collector').ok)
    assert.ok(judge({ kind: 'collector-reply', text: 'Please say more.', rule: null }, 'collector').ok)
  })
})

const written = (given: Partial<NoteFacts>): NoteFacts => ({
  id: 'n',
  kind: 'explanation',
  rule: '200',
  findings: null,
  outcome: null,
  superseded: false,
  ...given,
})

describe('what is left to do', () => {
  it('goes finding by finding, and takes the best of its notes', () => {
    const [, two, three] = findings
    assert.ok(two && three)
    assert.equal(statusOf(two, []), 'open')
    assert.equal(statusOf(two, [written({ findings: [3] })]), 'open')
    assert.equal(statusOf(two, [written({ outcome: 'rejected' })]), 'rejected')
    assert.equal(statusOf(two, [written({ outcome: 'rejected' }), written({})]), 'explained')
    assert.equal(statusOf(two, [written({ outcome: 'accepted', findings: [2] }), written({})]), 'accepted')
    assert.equal(statusOf(three, [written({ superseded: true })]), 'open')
    assert.equal(statusOf(two, [written({ kind: 'authority-comment' })]), 'open')
  })

  it('counts errors that no accepted kind of note answers, and findings that were not kept', () => {
    assert.deepEqual(unresolvedOf(findings, []), { errors: 1, unexplained: 3, undecided: 0, rejected: 0 })
    assert.equal(unresolvedOf(findings, [written({ rule: '100' })]).errors, 1)
    assert.equal(unresolvedOf([], [], 7).errors, 7)
    assert.deepEqual(unresolvedOf(findings, [written({}), written({ rule: '300', outcome: 'rejected' })]), {
      errors: 1,
      unexplained: 0,
      undecided: 1,
      rejected: 1,
    })
    const error: FindingFacts = { ...finding(1, '1882', 'reason'), severity: 'error' }
    assert.equal(unresolvedOf([error], [written({ rule: '1882' })]).errors, 0)
    assert.equal(unresolvedOf([error], [written({ rule: '1882', outcome: 'rejected' })]).errors, 1)
  })
})
