import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import {
  notesTokenType,
  returnTokenType,
  type NotesClaims,
  type SentNote,
} from '../../core/collections/index.ts'
import { encryptTo, makeIdentity, parseAgeRecipient } from '../../core/standards/age/index.ts'
import { jwsKey, newSeed, signJws } from '../../core/standards/jws/index.ts'
import { asCollector, asPerson } from './collector.ts'
import { findReturn, moveReturn, notesOf, receiveNotes, receiveReturn } from './index.ts'
import { asBytes, censusMessage, upnOf } from './testing/census-message.ts'
import { headOf, testCollector, testSource, testTime, theOperator } from './testing/test-collector.ts'

const key = jwsKey(newSeed())
const other = jwsKey(newSeed())
const collector = await testCollector(await openTestStore(), [
  testSource('100001', { publicKey: key.publicText }),
  testSource('100002', { publicKey: other.publicText }),
])
const received = await receiveReturn(
  collector,
  headOf('100001'),
  { name: 'one', open: asBytes(censusMessage({ urn: '100001', pupils: 4 })) },
  testTime,
)
assert.ok(received.ok)
const id = received.value.return
const good: SentNote = { rule: '2040', text: 'A small school with one class only.', places: null }
const seal = (value: unknown) =>
  encryptTo(
    [collector.keys.recipient],
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  )

interface Posting {
  readonly body?: Uint8Array
  readonly claims?: Partial<NotesClaims>
  readonly by?: typeof key
  readonly type?: string
  readonly at?: Date
}

async function send({ body, claims, by = key, type = notesTokenType, at = testTime }: Posting = {}) {
  const bytes = body ?? (await seal({ notes: [good] }))
  const all: NotesClaims = {
    iss: 'urn:source:100001',
    aud: collector.origin,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    return: id,
    iat: Math.floor(testTime.getTime() / 1000),
    jti: randomUUID(),
    ...claims,
  }
  const token = signJws(type, all, by.privateKey)
  return receiveNotes(collector, { returnId: id, token, body: bytes }, at)
}

const problem = async (posting: Posting): Promise<string> => {
  const answer = await send(posting)
  return answer.ok ? 'taken' : answer.error.problem
}

const standing = () =>
  asPerson(collector, headOf('100001')).read(
    async (tx) => (await notesOf(tx, await findReturn(tx, id))).length,
  )

describe('notes that a source sends', () => {
  it('are refused for each thing that is wrong with them, and nothing stands', async () => {
    const now = Math.floor(testTime.getTime() / 1000)
    for (const posting of [
      { by: other },
      { type: returnTokenType },
      { claims: { aud: 'https://elsewhere.example' } },
      { claims: { return: randomUUID() } },
      { claims: { iat: now - 601 } },
      { claims: { iat: now + 61 } },
    ])
      assert.equal(await problem(posting), 'not-signed', JSON.stringify(posting))
    assert.equal(await problem({ claims: { iss: 'urn:source:999999' } }), 'unknown-source')
    assert.equal(await problem({ claims: { sha256: '0'.repeat(64) } }), 'other-bytes')
    assert.equal(await problem({ body: Buffer.from(JSON.stringify({ notes: [good] })) }), 'not-encrypted')
    const recipient = parseAgeRecipient((await makeIdentity('x25519')).recipient)
    assert.ok(recipient.ok)
    const elsewhere = await encryptTo([recipient.value], Buffer.from('{}'))
    assert.equal(await problem({ body: elsewhere }), 'not-encrypted')
    for (const text of ['no json', '{}', '{"notes":[]}', JSON.stringify({ notes: [{ ...good, upn: 'x' }] })])
      assert.equal(await problem({ body: await seal(text) }), 'unreadable', text)
    assert.equal(await problem({ claims: { iss: 'urn:source:100002' }, by: other }), 'no-return')
    assert.equal(await standing(), 0)
  })

  it('are judged one by one: what is not taken is told by its rule, never by a value', async () => {
    const upn = upnOf(1)
    const answer = await send({
      body: await seal({
        notes: [
          { ...good, text: `Of ${upn}` },
          { ...good, places: [{ table: 'pupil', ordinal: 4000 }] },
          { ...good, rule: '9999' },
        ],
      }),
    })
    assert.ok(answer.ok)
    assert.equal(answer.value.taken, 0)
    assert.deepEqual(
      answer.value.refused.map(({ rule }) => rule),
      ['2040', '2040', '9999'],
    )
    assert.doesNotMatch(JSON.stringify(answer.value), new RegExp(upn))
    assert.equal(await standing(), 0)
  })

  it('come under a token once; the same body under a new one writes nothing twice', async () => {
    const posting = { claims: { jti: 'the-one-token' } }
    const first = await send(posting)
    assert.ok(first.ok)
    assert.equal(first.value.taken, 1)
    assert.equal(await problem(posting), 'token-used')
    assert.equal(await problem({ ...posting, at: new Date(testTime.getTime() + 599_000) }), 'token-used')
    const again = await send()
    assert.ok(again.ok)
    assert.equal(again.value.taken, 1)
    assert.equal(await standing(), 1)
    const raced = { claims: { jti: 'at-the-same-time' } }
    const outcomes = await Promise.all([problem(raced), problem(raced), problem(raced)])
    assert.deepEqual(outcomes.sort(), ['taken', 'token-used', 'token-used'])
  })

  it('keep a token no longer than it could be taken', async () => {
    const later = new Date(testTime.getTime() + 3_600_000)
    assert.equal(await problem({ claims: { iat: Math.floor(later.getTime() / 1000) }, at: later }), 'taken')
    const kept = await asCollector(collector).read((tx) =>
      tx.selectFrom('note_token').select('token_id').execute(),
    )
    assert.equal(kept.length, 1)
  })

  it('are not taken on a return that does not stand', async () => {
    assert.ok((await moveReturn(collector, theOperator, id, 'withdraw', 'Sent by mistake', testTime)).ok)
    assert.equal(await problem({}), 'not-open')
  })
})
