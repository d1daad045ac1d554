import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore, testEngine } from '../../../test/support/store.ts'
import { asCollector, type Person } from './collector.ts'
import {
  acceptNotes,
  decideNote,
  findingsOf,
  findReturn,
  notesOf,
  receiveReturn,
  unresolvedIn,
  writeNote,
  type NewNote,
  type StoredFinding,
} from './index.ts'
import { asBytes, censusMessage, upnOf, type MessageOf } from './testing/census-message.ts'
import {
  agentOf,
  headOf,
  testCollector,
  testSource,
  testTime,
  theCollector,
} from './testing/test-collector.ts'

const store = await openTestStore()
const collector = await testCollector(store, [
  testSource('100001'),
  testSource('100002', { governance: 'CA' }),
  testSource('100003'),
])

const receive = async (urn: string, pupils: MessageOf['pupils'], replaceReason?: string): Promise<string> => {
  const delivery = {
    name: urn,
    open: asBytes(censusMessage({ urn, ...(pupils === undefined ? {} : { pupils }) })),
  }
  const received = await receiveReturn(
    collector,
    headOf(urn),
    { ...delivery, ...(replaceReason === undefined ? {} : { replaceReason }) },
    testTime,
  )
  assert.ok(received.ok, JSON.stringify(received))
  return received.value.return
}
const write = async (person: Person, id: string, note: Partial<NewNote>): Promise<string> => {
  const whole = {
    kind: 'explanation',
    rule: null,
    findings: null,
    supersedes: null,
    text: 'x',
    ...note,
  } as const
  const written = await writeNote(collector, person, id, whole, testTime)
  assert.ok(written.ok, JSON.stringify(written))
  return written.value
}
const of = (id: string) =>
  asCollector(collector).read(async (tx) => {
    const stored = await findReturn(tx, id)
    return {
      findings: await findingsOf(tx, stored),
      notes: await notesOf(tx, stored),
      unresolved: await unresolvedIn(tx, stored),
    }
  })
const byRule = (findings: readonly StoredFinding[], rule: string) =>
  findings.filter((finding) => finding.rule === rule)

const pupil = (number: number, more: Record<string, string> = {}) => ({ upn: upnOf(number), ...more })

describe(`notes on a return that is replaced (${testEngine})`, () => {
  it('stand again where the same rule finds the same record, wherever it stands now', async () => {
    const old = { dob: '1990-05-01' }
    const first = await receive('100001', [pupil(1, old), pupil(2), pupil(3, old)])
    const { findings } = await of(first)
    const one = findings.find(({ table, rule }) => table === 'pupil' && rule === '2020')
    assert.ok(one, 'a pupil far from the age of the year group, which asks for a reason')
    const both = byRule(findings, one.rule).filter(({ table }) => table === 'pupil')
    assert.deepEqual(
      both.map(({ ordinal }) => ordinal),
      [1, 3],
    )
    const [a = 0, b = 0] = both.map(({ number }) => number)
    const head = headOf('100001')
    const note = await write(head, first, {
      rule: one.rule,
      findings: [a],
      text: 'A refugee who began late.',
    })
    const other = await write(head, first, {
      rule: one.rule,
      findings: [b],
      text: 'Born in 1990, and here by order.',
    })
    await decideNote(collector, theCollector, first, note, { accepted: true, reason: null }, testTime)
    const talk = await write(head, first, { kind: 'correction-made', text: 'We mended what there was.' })

    // The third is right now and the first comes last.
    const second = await receive('100001', [pupil(2), pupil(3), pupil(4), pupil(1, old)], 'A pupil was wrong')
    const after = await of(second)
    const again = byRule(after.findings, one.rule).filter(({ table }) => table === 'pupil')
    assert.deepEqual(
      again.map(({ ordinal, status }) => [ordinal, status]),
      [[4, 'explained']],
    )
    const [carried, ...more] = after.notes.filter(({ rule }) => rule === one.rule)
    assert.ok(carried)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [carried.carriedFrom, carried.text, carried.findings, carried.outcome, carried.author, carried.role],
      [note, 'A refugee who began late.', [again[0]?.number], null, head.actor.name, 'source'],
    )
    assert.ok(!after.notes.some(({ carriedFrom }) => carriedFrom === talk || carriedFrom === other))
    assert.equal((await of(first)).notes.length, 3, 'the version before keeps its own')

    const third = await receive('100001', [pupil(1, old), pupil(2)], 'Another left')
    const last = (await of(third)).notes.filter(({ rule }) => rule === one.rule)
    assert.deepEqual(
      last.map(({ carriedFrom }) => carriedFrom),
      [carried.id],
    )
  })

  it('stay rejected once they were, in the same words, and are taken by the rule where it asks for no more', async () => {
    const id = await receive('100002', 4)
    const { findings } = await of(id)
    const head = headOf('100002')
    const asks = findings.find(({ note }) => note.accepts === 'reason')
    const [confirms, doubted] = findings.filter(({ note }) => note.accepts === 'confirmation')
    assert.ok(asks && confirms && doubted && doubted.rule !== confirms.rule)
    const words = 'It is how it is with us.'
    const bad = await write(head, id, { rule: asks.rule, text: words })
    await write(head, id, { kind: 'confirmation', rule: confirms.rule, text: '' })
    const doubt = await write(head, id, { kind: 'confirmation', rule: doubted.rule, text: '' })
    const reject = { accepted: false, reason: 'Why?' }
    await decideNote(collector, theCollector, id, bad, reject, testTime)
    await decideNote(collector, theCollector, id, doubt, reject, testTime)

    const second = await receive('100002', 4, 'Sent again')
    const next = await of(second)
    assert.deepEqual(
      next.notes.map(({ rule, outcome, decidedBy, reason }) => [rule, outcome, decidedBy, reason]).sort(),
      [
        [asks.rule, 'rejected', theCollector.actor.name, 'Why?'],
        [confirms.rule, 'accepted', 'rule', null],
        [doubted.rule, 'rejected', theCollector.actor.name, 'Why?'],
      ].sort(),
    )
    const status = async (id: string) =>
      (await of(id)).findings.find(({ rule }) => rule === asks.rule)?.status
    assert.equal(await status(second), 'rejected')
    const whole = { kind: 'explanation', rule: asks.rule, findings: null, supersedes: null } as const
    const same = await writeNote(
      collector,
      head,
      second,
      { ...whole, text: '  IT IS how it is with us.\n' },
      testTime,
    )
    assert.ok(!same.ok && /rejected these words/.test(same.error.detail))
    assert.equal(await status(second), 'rejected')
    await write(head, second, { kind: 'confirmation', rule: doubted.rule, text: '' })
    assert.equal((await of(second)).unresolved.undecided, 1, 'a rule does not take what a person rejected')

    // Another note in its place does not make the words new, not even two versions on.
    const [carried] = next.notes.filter(({ rule }) => rule === asks.rule)
    await write(head, second, { ...whole, text: 'Our two sites were merged.', supersedes: carried?.id ?? '' })
    const third = await receive('100002', 4, 'And once more')
    assert.equal(await status(third), 'explained')
    const again = await writeNote(collector, head, third, { ...whole, text: words }, testTime)
    assert.ok(!again.ok && /rejected these words/.test(again.error.detail))
  })

  it('are not accepted together, nor carried as if they waited, where their words were rejected', async () => {
    const id = await receive('100001', 4, 'From the start')
    const asks = (await of(id)).findings.find(({ note }) => note.accepts === 'reason')
    assert.ok(asks)
    const head = headOf('100001')
    const words = 'A school of one class only.'
    const one = await write(head, id, { rule: asks.rule, text: words })
    const two = await write(head, id, { rule: asks.rule, text: words.toUpperCase() })
    await decideNote(collector, theCollector, id, one, { accepted: false, reason: 'Why?' }, testTime)
    const done = await acceptNotes(
      collector,
      theCollector,
      id,
      { rule: asks.rule, reason: 'All good' },
      testTime,
    )
    assert.deepEqual(done, [])
    const next = await of(await receive('100001', 4, 'Sent again'))
    assert.deepEqual(
      next.notes.filter(({ rule }) => rule === asks.rule).map(({ carriedFrom }) => carriedFrom),
      [one],
    )
    assert.ok(two !== one)
    assert.equal(next.findings.find(({ rule }) => rule === asks.rule)?.status, 'rejected')
  })
})

describe(`notes that are accepted together (${testEngine})`, () => {
  it('take a reason, and whoever may: the collector, and an authority that approves the return', async () => {
    const id = await receive('100003', 4)
    const head = headOf('100003')
    const rules = [
      ...new Set(
        (await of(id)).findings.filter(({ note }) => note.accepts === 'reason').map(({ rule }) => rule),
      ),
    ]
    assert.ok(rules.length > 0)
    for (const rule of rules) await write(head, id, { rule, text: 'A small school with one class.' })
    assert.equal((await of(id)).unresolved.undecided, rules.length)
    const accept = (person: Person, reason: string, rule: string | null = null) =>
      acceptNotes(collector, person, id, { rule, reason }, testTime)
    await assert.rejects(accept(head, 'We like them'), { code: 'not-allowed' })
    await assert.rejects(accept(agentOf('301'), 'Ours'), { code: 'not-found' })
    await assert.rejects(accept(agentOf('894'), ' '), { code: 'bad-input' })
    assert.deepEqual(await accept(agentOf('894'), 'Seen at our visit', '0'), [])
    const done = await accept(agentOf('894'), 'Seen at our visit')
    assert.equal(done.length, rules.length)
    const { notes, unresolved } = await of(id)
    assert.equal(unresolved.undecided, 0)
    for (const { id: noteId, outcome, reason, decidedBy } of notes.filter(({ rule }) =>
      rules.includes(rule ?? ''),
    )) {
      assert.ok(done.includes(noteId))
      assert.deepEqual([outcome, reason, decidedBy], ['accepted', 'Seen at our visit', 'Agent of 894'])
    }
    assert.deepEqual(
      await accept(theCollector, 'As the authority says'),
      [],
      'what was decided stays as it was',
    )
    // An academy answers to the collector: its authority decides nothing.
    const academy = await receive('100002', 4, 'Once more')
    await assert.rejects(
      acceptNotes(collector, agentOf('894'), academy, { rule: null, reason: 'Ours too' }, testTime),
      { code: 'not-allowed' },
    )
  })
})
