import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { openTestStore } from '../../../test/support/store.ts'
import { asCollector, asPerson, type Person } from './collector.ts'
import {
  chaseList,
  decideNote,
  eventsOf,
  findingsOf,
  findReturn,
  findRound,
  meantReturn,
  moveReturn,
  notesOf,
  progressOf,
  queues,
  receiveReturn,
  writeNote,
  type Move,
  type NewNote,
} from './index.ts'
import { asBytes, censusMessage } from './testing/census-message.ts'
import {
  agentOf,
  headOf,
  testCollector,
  testSource,
  testTime,
  theCollector,
  theOperator,
} from './testing/test-collector.ts'

const store = await openTestStore()
const collector = await testCollector(store, [
  testSource('100001'),
  testSource('100002', { governance: 'CA' }),
  testSource('100003'),
  testSource('300001', { laNumber: '301' }),
])
const receive = async (urn: string, person: Person = theOperator, replaceReason?: string, pupils = 4) => {
  const laNumber = urn.startsWith('3') ? '301' : '894'
  const text = censusMessage({ urn, laNumber, pupils })
  const delivery = { name: urn, open: asBytes(text), ...(replaceReason ? { replaceReason } : {}) }
  const received = await receiveReturn(collector, person, delivery, testTime)
  assert.ok(received.ok, JSON.stringify(received))
  return received.value.return
}
const move = async (
  person: Person,
  named: string,
  how: Move,
  reason: string | null = null,
): Promise<string> => {
  const moved = await moveReturn(collector, person, named, how, reason, testTime)
  return moved.ok ? moved.value.state : moved.error.why
}
const note = (person: Person, named: string, given: Partial<NewNote>) =>
  writeNote(
    collector,
    person,
    named,
    {
      kind: 'explanation',
      rule: null,
      findings: null,
      text: 'A small school with one class only.',
      supersedes: null,
      ...given,
    },
    testTime,
  )
const rulesOf = (named: string) =>
  asCollector(collector).read(async (tx) => [
    ...new Set((await findingsOf(tx, await meantReturn(tx, named))).map(({ rule }) => rule)),
  ])

describe('the road of a return', () => {
  it('goes from receipt over notes and approval to authorisation', async () => {
    const [head, agent] = [headOf('100001'), agentOf('894')]
    const id = await receive('100001', head)
    assert.deepEqual(await rulesOf(id), ['1760', '2040', '2200'])
    assert.equal(await move(head, id, 'approve'), 'wrong-role')
    assert.equal(await move(head, id, 'submit'), 'submitted')
    assert.equal(await move(theCollector, id, 'authorise'), 'wrong-state')
    assert.equal(await move(agent, id, 'approve'), 'approved')
    assert.equal(await move(theCollector, id, 'authorise'), 'unresolved')
    assert.equal(await move(theCollector, id, 'reject'), 'no-reason')
    assert.equal(await move(theCollector, id, 'reject', 'Explain the queries'), 'rejected')

    for (const rule of ['1760', '2040', '2200']) assert.ok((await note(head, id, { rule })).ok)
    assert.ok(!(await note(head, id, { rule: '9999' })).ok)
    const notes = await asPerson(collector, head).read(async (tx) => notesOf(tx, await findReturn(tx, id)))
    const open = notes.find(({ outcome }) => outcome === null)
    assert.ok(open)
    assert.equal(open.rule, '2040')
    assert.equal(notes.filter(({ decidedBy }) => decidedBy === 'rule').length, 2)
    assert.equal(await move(head, id, 'submit'), 'submitted')
    assert.equal(await move(agent, id, 'approve'), 'approved')
    const decide = (accepted: boolean, reason: string | null, person = theCollector) =>
      decideNote(collector, person, id, open.id, { accepted, reason }, testTime)
    await assert.rejects(decide(false, ' '), { code: 'bad-input' })
    await assert.rejects(decide(true, null, agent), { code: 'not-allowed' })
    await assert.rejects(decide(true, null, head), { code: 'not-allowed' })
    await decide(false, 'Which class?')
    assert.equal(await move(theCollector, id, 'authorise'), 'unresolved')
    const same = await note(agent, id, { rule: '2040' })
    assert.ok(!same.ok && /rejected these words/.test(same.error.detail))
    await assert.rejects(note(agent, id, { rule: '2040', supersedes: open.id, text: 'Year 4 was opened.' }), {
      code: 'not-found',
    })
    assert.ok(
      (await note(head, id, { rule: '2040', supersedes: open.id, text: 'Only year 4 was opened in 2026.' }))
        .ok,
    )
    await assert.rejects(decide(true, null), { code: 'conflict' })
    assert.equal(await move(theCollector, id, 'authorise'), 'unresolved')
    const after = await asCollector(collector).read(async (tx) => notesOf(tx, await findReturn(tx, id)))
    const second = after.find(({ supersedes }) => supersedes === open.id)
    await decideNote(
      collector,
      theCollector,
      id,
      second?.id ?? '',
      { accepted: true, reason: null },
      testTime,
    )
    assert.equal(await move(theCollector, id, 'authorise'), 'authorised')
    assert.ok(!(await note(head, id, { rule: '2040' })).ok)
    const events = await asPerson(collector, head).read((tx) => eventsOf(tx, id))
    assert.deepEqual(
      events.map(({ move: how, role }) => `${how} ${role}`),
      [
        'receive source',
        'validate collector',
        'submit source',
        'approve agent',
        'reject collector',
        'submit source',
        'approve agent',
        'authorise collector',
      ],
    )
    const again = await receiveReturn(
      collector,
      head,
      { name: 'x', open: asBytes(censusMessage({ pupils: 9 })), replaceReason: 'more' },
      testTime,
    )
    assert.equal(again.ok ? null : again.error.problem, 'return-authorised')
  })

  it('asks no authority where the source answers to the collector', async () => {
    const id = await receive('100002')
    assert.equal(await move(headOf('100002'), id, 'submit'), 'submitted')
    assert.equal(await move(agentOf('894'), id, 'approve'), 'wrong-role')
    assert.equal(await move(agentOf('894'), id, 'reject', 'x'), 'wrong-role')
    assert.equal(await move(agentOf('894'), id, 'withdraw', 'x'), 'wrong-role')
    assert.ok(!(await note(agentOf('894'), id, { rule: '1760' })).ok)
    assert.ok((await note(agentOf('894'), id, { kind: 'authority-comment' })).ok)
    const delivery = { name: 'x', open: asBytes(censusMessage({ urn: '100002' })), replaceReason: 'x' }
    const sent = await receiveReturn(collector, agentOf('894'), delivery, testTime)
    assert.equal(sent.ok ? null : sent.error.problem, 'wrong-source')
    for (const rule of await rulesOf(id)) assert.ok((await note(theOperator, id, { rule })).ok)
    const notes = await asCollector(collector).read(async (tx) => notesOf(tx, await findReturn(tx, id)))
    for (const { id: each } of notes.filter(({ outcome }) => outcome === null))
      await decideNote(collector, theCollector, id, each, { accepted: true, reason: null }, testTime)
    assert.equal(await move(theCollector, id, 'authorise'), 'authorised')
  })

  it('says who amended what was submitted, and voids what was approved of the version before', async () => {
    const id = await receive('100003')
    assert.equal(await move(headOf('100003'), id, 'submit'), 'submitted')
    assert.equal(await move(agentOf('894'), id, 'approve'), 'approved')
    const byAgent = await receive('100003', agentOf('894'), 'A pupil was missing', 5)
    const state = (named: string) =>
      asCollector(collector).read(async (tx) => (await findReturn(tx, named)).state)
    assert.equal(await state(byAgent), 'amended-by-agent')
    assert.equal(await move(theCollector, byAgent, 'authorise'), 'wrong-state')
    await assert.rejects(move(theCollector, id, 'authorise'), { code: 'conflict' })
    assert.equal(await move(agentOf('894'), byAgent, 'submit'), 'submitted')
    const bySource = await receive('100003', headOf('100003'), 'One more', 6)
    assert.equal(await state(bySource), 'amended-by-source')
    assert.equal(await move(headOf('100003'), bySource, 'withdraw', 'The wrong term'), 'withdrawn')
    await assert.rejects(move(headOf('100003'), bySource, 'submit'), { code: 'conflict' })
    const anew = await receive('100003', headOf('100003'))
    const stored = await asCollector(collector).read((tx) => findReturn(tx, anew))
    assert.deepEqual([stored.version, stored.replaces, stored.state], [4, null, 'loaded-and-validated'])
  })
})

describe('what others see', () => {
  it('is nothing beyond their scope, whatever they ask', async () => {
    const mine = await receive('300001', headOf('300001', '301'))
    const stranger = headOf('100001')
    for (const person of [stranger, agentOf('894'), headOf('100001', '301')]) {
      await assert.rejects(move(person, mine, 'submit'), { code: 'not-found' })
      await assert.rejects(note(person, mine, { kind: 'authority-comment' }), { code: 'not-found' })
      const seen = await asPerson(collector, person).read(async (tx) => {
        const tables = [
          'collected_return',
          'collected_finding',
          'return_event',
          'return_note',
          'expected_return',
        ]
        const counts = []
        for (const table of tables) {
          const { rows } = await sql<{ many: number }>`select count(*)::int as many from ${sql.table(table)}
            where source = '300001'`.execute(tx)
          counts.push(rows[0]?.many)
        }
        return counts
      })
      assert.deepEqual(seen, [0, 0, 0, 0, 0])
    }
    assert.equal(await move(agentOf('301'), mine, 'submit'), 'submitted')
  })
})

describe('how far a round has come', () => {
  const round = { collection: 'school-census', year: 2026, term: 'AUT' }

  it('is counted by authority and in all, as far as one sees', async () => {
    const all = await asCollector(collector).read((tx) => progressOf(tx, round))
    assert.deepEqual(
      all.map(({ laNumber, expected }) => [laNumber, expected]),
      [
        ['301', 1],
        ['894', 3],
        [null, 4],
      ],
    )
    const total = all.at(-1)
    assert.ok(total)
    assert.equal(total.states.authorised, 2)
    assert.equal(total.states.submitted, 1)
    assert.equal(
      Object.values(total.states).reduce((sum, many) => sum + many, 0),
      4,
    )
    const own = await asPerson(collector, agentOf('301')).read((tx) => progressOf(tx, round))
    assert.deepEqual(
      own.map(({ laNumber, expected }) => [laNumber, expected]),
      [
        ['301', 1],
        [null, 1],
      ],
    )
  })

  it('says whom to chase near the deadline, and what waits for whom', async () => {
    const chased = (at: string) =>
      asCollector(collector).read(async (tx) => {
        const open = await findRound(tx, round)
        assert.ok(open)
        return (await chaseList(tx, open, 7, new Date(at))).map(({ source, days }) => [source, days])
      })
    assert.deepEqual(await chased('2026-10-20T12:00:00Z'), [])
    assert.deepEqual(await chased('2026-10-21T12:00:00Z'), [['100003', 7]])
    assert.deepEqual(await chased('2026-10-30T12:00:00Z'), [['100003', -2]])
    const waiting = await asCollector(collector).read((tx) => queues(tx, round))
    assert.deepEqual(waiting.map(({ source, queue }) => [source, queue]).sort(), [
      ['100003', 'explanation'],
      ['300001', 'approval'],
    ])
  })
})

describe('the return before', () => {
  it('is the last authorised one of the same source, measure by measure', async () => {
    const text = censusMessage({ urn: '100001', term: 'SUM', pupils: 4 })
    const early = new Date('2026-06-01T09:00:00Z')
    const summer = await receiveReturn(collector, theOperator, { name: 'x', open: asBytes(text) }, early)
    assert.ok(summer.ok)
    const before = (id: string) =>
      asCollector(collector).read(async (tx) => (await findReturn(tx, id)).before)
    assert.deepEqual(await before(summer.value.return), {})
    await asCollector(collector).write((tx) =>
      sql`update collected_return set state = 'authorised', measures = measures || '{"ethnicityNotObtained": 3}' where id = ${summer.value.return}::uuid`.execute(
        tx,
      ),
    )
    await asCollector(collector).write((tx) =>
      sql`update collected_return set state = 'approved' where source = '100001' and term = 'AUT'`.execute(
        tx,
      ),
    )
    const autumn = await receive('100001', theOperator, 'again', 40)
    const compared = await before(autumn)
    assert.deepEqual([compared['headcount'], compared['ethnicityNotObtained']], [4, 3])
    assert.ok((await rulesOf(autumn)).includes('TonT1B'))
  })
})

describe('a note that needs no decision', () => {
  it('leaves a confirmation to the collector once one of the same findings was rejected', async () => {
    const head = headOf('100003')
    const id = await receive('100003', head, 'To be confirmed')
    const outcomes = () =>
      asCollector(collector).read(async (tx) =>
        (await notesOf(tx, await findReturn(tx, id))).map((one) => one.outcome),
      )
    const confirm = () => note(head, id, { rule: '1760', kind: 'confirmation', text: '' })
    const first = await confirm()
    assert.ok(first.ok)
    assert.deepEqual(await outcomes(), ['accepted'])
    const rejected = { accepted: false, reason: 'Who confirmed it?' }
    await decideNote(collector, theCollector, id, first.value, rejected, testTime)
    assert.ok((await confirm()).ok)
    assert.deepEqual((await outcomes()).toSorted(), [null, 'rejected'].toSorted())
  })
})
