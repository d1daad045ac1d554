import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson, findReturn, openTheRound, receiveReturn, unresolvedIn } from '../index.ts'
import { asBytes, censusMessage } from '../testing/census-message.ts'
import {
  agentOf,
  collectedFiles,
  headOf,
  testCollector,
  testSource,
  testTime as at,
  theCollector,
  theOperator,
} from '../testing/test-collector.ts'
import {
  authorityNames,
  duplicatesOf,
  listReturns,
  movesFor,
  noteKindsFor,
  openReceived,
  sourceShown,
  spoolUpload,
  versionsOf,
} from './index.ts'

const store = await openTestStore()
const round = { collection: 'school-census', year: 2026, term: 'AUT' } as const
const sources = [
  testSource('100001', { establishment: '2001', name: 'Ash School' }),
  testSource('100002', { establishment: '2002', name: 'Beech 50% School' }),
  testSource('100003', { establishment: '2003', laNumber: '933', name: 'Cedar School' }),
  testSource('894', { kind: 'authority', name: 'Telford and Wrekin' }),
]
const collector = await testCollector(store, sources)
await openTheRound(collector, theOperator, round, at)
const message = censusMessage()
const receive = async (replaceReason?: string): Promise<string> => {
  const delivery = { name: 'x.xml', open: asBytes(message), ...(replaceReason ? { replaceReason } : {}) }
  const received = await receiveReturn(collector, theOperator, delivery, at)
  assert.ok(received.ok, JSON.stringify(received))
  return received.value.return
}
const first = await receive()
const second = await receive('Made again')

describe('what faces read of the collector', () => {
  it('lists a round in the scope of who looks, a page at a time', async () => {
    const all = (page: number, person = theCollector) =>
      asPerson(collector, person).read((tx) => listReturns(tx, round, {}, page, 2))
    assert.deepEqual(
      [...(await all(1)).rows, ...(await all(2)).rows].map(({ source, state }) => [source, state]),
      [
        ['100001', 'loaded-and-validated'],
        ['100002', 'no-data'],
        ['100003', 'no-data'],
      ],
    )
    assert.equal((await all(1, agentOf('894'))).total, 2)
    assert.equal((await all(1, headOf('100003', '933'))).total, 1)
    const found = async (find: string): Promise<number> =>
      (await asPerson(collector, theCollector).read((tx) => listReturns(tx, round, { find }, 1, 9))).total
    assert.deepEqual(
      await Promise.all(['50%', '5_', '%', 'cedar', '10000', '0001'].map(found)),
      [1, 0, 1, 1, 3, 0],
    )
  })

  it('shows versions, a source, and names only where the scope reaches', async () => {
    const read = asPerson(collector, headOf('100001'))
    const versions = await read.read(async (tx) => versionsOf(tx, await findReturn(tx, first)))
    assert.deepEqual(
      versions.map(({ id, stands }) => [id, stands]),
      [
        [second, true],
        [first, false],
      ],
    )
    const shown = await read.read((tx) => sourceShown(tx, '894', '100001'))
    assert.deepEqual(
      shown.expected.map((one) => [one.term, one.return, one.census, one.closed]),
      [['AUT', second, '2026-10-01', false]],
    )
    assert.equal(shown.received.length, 2)
    await assert.rejects(
      asPerson(collector, headOf('100002')).read((tx) => sourceShown(tx, '894', '100001')),
      (error) => error instanceof GatehouseError && error.code === 'not-found',
    )
    assert.equal((await asPerson(collector, agentOf('894')).read(authorityNames)).size, 1)
    assert.equal((await asPerson(collector, agentOf('933')).read(authorityNames)).size, 0)
    assert.deepEqual(await read.read((tx) => duplicatesOf(tx, round, 1, 9)), {
      total: 0,
      conflicts: 0,
      groups: [],
    })
  })

  it('offers the moves that the domain would make, and none of a version that does not stand', async () => {
    const offers = (person: typeof theCollector, id: string) =>
      asPerson(collector, person).read(async (tx) => {
        const of = await findReturn(tx, id)
        return movesFor(person, of, await unresolvedIn(tx, of))
          .filter(({ refusal }) => refusal === null)
          .map(({ move }) => move)
      })
    assert.deepEqual(await offers(headOf('100001'), second), ['submit', 'withdraw'])
    assert.deepEqual(await offers(theCollector, second), ['withdraw'])
    assert.deepEqual(await offers(headOf('100001'), first), [])
  })

  it('offers the kinds of note that the rule and the role allow', () => {
    const finding = { number: 1, rule: '1', severity: 'query', accepts: 'reason' } as const
    const { workflow } = collector
    assert.deepEqual(noteKindsFor('source', [finding], workflow), ['explanation', 'correction-made'])
    assert.deepEqual(noteKindsFor('source', [{ ...finding, accepts: 'none' }], workflow), ['correction-made'])
    assert.deepEqual(noteKindsFor('agent', [], workflow), ['correction-made', 'authority-comment'])
    assert.deepEqual(noteKindsFor('collector', [finding], workflow), ['collector-reply'])
  })

  it('gives the file back byte for byte, to those who may have it', async () => {
    const { bytes } = await openReceived(collector, headOf('100001'), first)
    const pieces: Uint8Array[] = []
    for await (const piece of bytes) pieces.push(piece)
    assert.equal(Buffer.concat(pieces).toString(), message)
    await assert.rejects(openReceived(collector, headOf('100002'), first), GatehouseError)
  })
})

describe('an upload', () => {
  it('lies on the disk until it is removed', async () => {
    const before = collectedFiles(collector).length
    const spooled = await spoolUpload(collector, asBytes('x'.repeat(5000))(), 5000)
    assert.ok(spooled.ok)
    assert.equal(spooled.value.bytes, 5000)
    for (let again = 0; again < 2; again++) {
      let read = 0
      for await (const piece of spooled.value.open()) read += piece.length
      assert.equal(read, 5000)
    }
    assert.equal(collectedFiles(collector).length, before + 1)
    await spooled.value.remove()
    assert.equal(collectedFiles(collector).length, before)
    assert.equal(collector.staging.size, 0)
  })

  it('that is too large, or breaks off, leaves nothing', async () => {
    const before = collectedFiles(collector).length
    const refused = await spoolUpload(collector, asBytes('x'.repeat(5001))(), 5000)
    assert.ok(!refused.ok && refused.error.problem === 'too-large')
    // eslint-disable-next-line @typescript-eslint/require-await
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('begun')
      throw new Error('gone')
    }
    await assert.rejects(spoolUpload(collector, broken(), 5000), /gone/)
    assert.equal(collectedFiles(collector).length, before)
    assert.equal(collector.staging.size, 0)
    assert.ok(existsSync(collector.home))
  })
})
