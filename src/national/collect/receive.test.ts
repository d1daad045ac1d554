import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { openAnalytics } from '../../core/analytics/index.ts'
import { decryptStream } from '../../core/standards/age/index.ts'
import {
  closeTheRound,
  findingsOf,
  findReturn,
  openTheRound,
  receiveMany,
  receiveReturn,
  resume,
  type Delivery,
  type Person,
} from './index.ts'
import { asCollector } from './collector.ts'
import { returnFolder } from './return-files.ts'
import { asBytes, censusMessage, upnOf } from './testing/census-message.ts'
import {
  agentOf,
  collectedFiles,
  headOf,
  testCollector,
  testSource,
  testTime,
  theCollector,
  theOperator,
} from './testing/test-collector.ts'

const store = await openTestStore()
const urns = Array.from({ length: 12 }, (_, i) => String(100001 + i))
const collector = await testCollector(store, [
  ...urns.map((urn, i) => testSource(urn, { establishment: String(2001 + i) })),
  testSource('300001', { laNumber: '301', establishment: '4001' }),
])
const messageOf = (urn: string, more: Parameters<typeof censusMessage>[0] = {}): string =>
  censusMessage({ urn, establishment: String(2001 + Number(urn) - 100001), ...more })
const send = (
  text: string | Uint8Array,
  person: Person = theOperator,
  more: Partial<Delivery> = {},
  at = testTime,
) => receiveReturn(collector, person, { name: 'a.xml', open: asBytes(text), ...more }, at)
const problem = async (...args: Parameters<typeof send>): Promise<string | null> => {
  const before = collectedFiles(collector)
  const result = await send(...args)
  if (result.ok) return null
  assert.ok(result.error.detail && result.error.todo)
  assert.deepEqual(collectedFiles(collector), before, 'a refusal leaves nothing')
  return result.error.problem
}

describe('receiving a return', () => {
  it('keeps its bytes encrypted, its tables whole, and findings without values', async () => {
    const text = messageOf('100001', { pupils: [{}, { dob: '2040-01-01', surname: 'Secretname' }, {}] })
    const received = await send(text)
    assert.ok(received.ok)
    const { return: id, round, state, version, errors, sha256, records } = received.value
    assert.deepEqual([state, version], ['loaded-and-validated', 1])
    assert.equal(sha256, createHash('sha256').update(text).digest('hex'))
    assert.deepEqual(records, { header: 1, school: 1, pupil: 3, address: 3 })
    assert.ok(errors > 0)
    const folder = returnFolder(collector.home, round, id)
    const body = createReadStream(join(folder, 'received.age'))
    const opened = await buffer(decryptStream(collector.keys.identity, body as AsyncIterable<Uint8Array>))
    assert.equal(opened.toString(), text)
    assert.deepEqual(
      collectedFiles(collector).filter((name) => name.includes(id)),
      ['address', 'header', 'pupil', 'received.age', 'school'].map((name) =>
        join('collected/school-census/2026/AUT', id, name.includes('.') ? name : `${name}.parquet`),
      ),
    )
    const analytics = await openAnalytics({ folders: [folder] })
    const rows = await analytics.rows(
      `SELECT p.lineage, p.return_id, p.source, p.n, p.upn, a.parent FROM '${folder}/pupil.parquet' p JOIN '${folder}/address.parquet' a ON a.parent = p.n ORDER BY p.n`,
    )
    analytics.close()
    assert.equal(rows.length, 3)
    for (const [i, row] of rows.entries()) {
      assert.equal(row['lineage'], `${id}/${String(row['n'])}`)
      assert.deepEqual([row['return_id'], row['source'], row['upn']], [id, '100001', upnOf(i + 1)])
    }
    const findings = await asCollector(collector).read(async (tx) => findingsOf(tx, await findReturn(tx, id)))
    assert.equal(findings.filter(({ severity }) => severity === 'error').length, errors)
    assert.ok(findings.some(({ location }) => location.startsWith('Pupil 2, line ')))
    assert.doesNotMatch(JSON.stringify(findings), /Secretname|2040-01-01/)
  })

  it('refuses another collection, year, term, source, and a file that is none', async () => {
    const own = headOf('100002')
    assert.equal(
      await problem(messageOf('100002', { header: { collection: 'SWF' } }), own),
      'wrong-collection',
    )
    assert.equal(await problem(messageOf('100002', { header: { year: '2031' } }), own), 'wrong-year')
    assert.equal(await problem(messageOf('100002', { header: { year: 'abc' } }), own), 'wrong-year')
    assert.equal(await problem(messageOf('100002', { header: { term: 'WIN' } }), own), 'wrong-term')
    const spring = { expected: { collection: 'school-census', year: 2026, term: 'SPR' } }
    assert.equal(await problem(messageOf('100002'), own, spring), 'wrong-term')
    assert.equal(
      await problem(messageOf('100002'), own, { expected: { collection: 'children-in-need' } }),
      'wrong-collection',
    )
    assert.equal(
      await problem(messageOf('100002'), own, { expected: { collection: '../x' } }),
      'wrong-collection',
    )
    assert.equal(await problem(messageOf('100003'), own), 'wrong-source')
    assert.equal(await problem(messageOf('100002', { laNumber: '301' }), own), 'wrong-source')
    assert.equal(await problem(censusMessage({ urn: '100002', establishment: '2999' }), own), 'wrong-source')
    assert.equal(await problem(censusMessage({ urn: '999999' })), 'unknown-source')
    assert.equal(await problem(messageOf('100002'), agentOf('301')), 'wrong-source')
    assert.equal(await problem('', own), 'unreadable')
    assert.equal(await problem('PK\u0003\u0004 not xml', own), 'unreadable')
  })

  it('takes a return by its establishment number where the header has no URN', async () => {
    const received = await send(messageOf('100012', { header: { urn: '' } }))
    assert.ok(received.ok)
    assert.equal(received.value.source, '100012')
    const nobody = messageOf('100012', { header: { urn: '', estab: '9999' } })
    assert.equal(await problem(nobody), 'unknown-source')
  })

  it('refuses a round that is not open yet or closed, and takes one that was opened early', async () => {
    const before = new Date('2026-09-30T12:00:00Z')
    const summer = { collection: 'school-census', year: 2026, term: 'SUM' }
    const early = new Date('2026-05-01T12:00:00Z')
    assert.equal(await problem(messageOf('100004', { term: 'SUM' }), theOperator, {}, early), 'not-open')
    await openTheRound(collector, theCollector, summer, early)
    assert.ok((await send(messageOf('100004', { term: 'SUM' }), theOperator, {}, early)).ok)
    await closeTheRound(collector, theCollector, summer, before)
    assert.equal(await problem(messageOf('100005', { term: 'SUM' })), 'not-open')
    await openTheRound(collector, theCollector, summer, testTime)
    assert.ok((await send(messageOf('100005', { term: 'SUM' }))).ok)
    await assert.rejects(closeTheRound(collector, agentOf('894'), summer, testTime), { code: 'not-allowed' })
  })

  it('replaces only for a reason, and counts versions', async () => {
    const first = await send(messageOf('100006'))
    assert.ok(first.ok)
    assert.equal(await problem(messageOf('100006', { pupils: 6 })), 'return-stands')
    assert.equal(
      await problem(messageOf('100006', { pupils: 6 }), theOperator, { replaceReason: ' ' }),
      'return-stands',
    )
    const second = await send(messageOf('100006', { pupils: 6 }), headOf('100006'), {
      replaceReason: 'One was missing',
    })
    assert.ok(second.ok)
    assert.deepEqual([second.value.version, second.value.state], [2, 'loaded-and-validated'])
    const of = (id: string) => asCollector(collector).read((tx) => findReturn(tx, id))
    const was = await of(first.value.return)
    const now = await of(second.value.return)
    assert.deepEqual([was.stands, now.stands, now.replaces], [false, true, first.value.return])
  })

  it('leaves what could not be written down for the next run to clear away', async () => {
    const before = collectedFiles(collector)
    const broken = {
      ...collector,
      step: (name: string) => {
        if (name === 'accept') throw new Error('the store is gone')
      },
    }
    const delivery = { name: 'a.xml', open: asBytes(messageOf('100012')) }
    await assert.rejects(receiveReturn(broken, theOperator, delivery, testTime), /the store is gone/)
    assert.equal((await resume(collector, testTime)).cleared, store.engine.kind === 'pglite' ? 1 : 0)
    const later = new Date(Date.now() + 3 * 24 * 3_600_000)
    await resume(collector, later)
    assert.deepEqual(collectedFiles(collector), before)
  })

  it('says where damage is, and survives what was made to hurt', async () => {
    const sound = messageOf('100007', { pupils: 3 })
    const bomb = sound.replace(
      '<Message>',
      `<!DOCTYPE m [<!ENTITY a "${'x'.repeat(50)}">${'bcdefghij'
        .split('')
        .map((n, i) => `<!ENTITY ${n} "${`&${'abcdefghi'.charAt(i)};`.repeat(10)}">`)
        .join('')}]><Message>&j;`,
    )
    const outside = sound.replace(
      '<Message>',
      '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><Message>',
    )
    const entity = sound.replace('Pupil A', '&x;')
    const deep = sound.replace('<Pupils>', '<a>'.repeat(200_000))
    const long = sound.replace('Pupil A', 'x'.repeat(1 << 20))
    const wrongEncoding = Buffer.from(sound.replace('Pupil A', 'Zo\u00eb'), 'latin1')
    const saysOther = sound.replace('utf-8', 'iso-8859-1')
    const wide = Buffer.from(`\ufeff${sound}`, 'utf16le')
    const control = sound.replace('Pupil A', 'a\u0001b')
    for (const [i, bad] of [
      bomb,
      outside,
      entity,
      deep,
      long,
      wrongEncoding,
      saysOther,
      wide,
      control,
    ].entries()) {
      const result = await send(bad)
      assert.ok(!result.ok, String(i))
      assert.equal(result.error.problem, 'unreadable', String(i))
      assert.ok((result.error.line ?? 0) >= 1)
    }
    assert.deepEqual(
      collectedFiles(collector).filter((name) => name.includes('.incoming')),
      [],
    )
    const twice = sound.replace('</Message>', `${/<School>.*<\/School>/s.exec(sound)?.[0] ?? ''}</Message>`)
    const repeated = await send(twice)
    assert.ok(repeated.ok)
    const rules = await asCollector(collector).read(async (tx) =>
      (await findingsOf(tx, await findReturn(tx, repeated.value.return))).map(({ rule }) => rule),
    )
    assert.ok(rules.includes('S2'))
  })

  it('refuses every truncation, wherever it is cut', async () => {
    const whole = Buffer.from(messageOf('100008', { pupils: 4 }))
    for (let at = 0; at < whole.length - 12; at += 397)
      assert.equal(await problem(whole.subarray(0, at)), 'unreadable', `cut at ${at}`)
  })
})

describe('receiving many', () => {
  it('loads them together as each would be alone, tells every outcome, and keeps the rest apart', async () => {
    const files = ['100009', '100010', '100011', '300001'].map((urn, i) => {
      const laNumber = urn === '300001' ? '301' : '894'
      const establishment = urn === '300001' ? '4001' : String(2001 + Number(urn) - 100001)
      const text = censusMessage({ urn, laNumber, establishment, pupils: i + 2 })
      return { name: urn, open: asBytes(text) }
    })
    const outcomes = new Map<string, string>()
    const ids: string[] = []
    const list = [
      ...files.slice(0, 2),
      { name: 'broken', open: asBytes(messageOf('100011').slice(0, -40)) },
      { name: 'twice', open: files[0]?.open ?? asBytes('') },
      ...files.slice(2),
    ]
    for await (const { name, result } of receiveMany(collector, theOperator, list, () => testTime)) {
      outcomes.set(name, result.ok ? result.value.state : result.error.problem)
      if (result.ok) ids.push(result.value.return)
    }
    const loaded = 'loaded-and-validated'
    assert.deepEqual(Object.fromEntries(outcomes), {
      '100009': loaded,
      '100010': loaded,
      '100011': loaded,
      '300001': loaded,
      broken: 'unreadable',
      twice: 'return-stands',
    })
    const returns = await asCollector(collector).read(async (tx) => {
      const all = []
      for (const id of ids) all.push(await findReturn(tx, id))
      return all
    })
    assert.deepEqual(
      returns
        .map(({ source, records, measures }) => [source, records['pupil'], measures['headcount']])
        .sort(),
      [
        ['100009', 2, 2],
        ['100010', 3, 3],
        ['100011', 4, 4],
        ['300001', 5, 5],
      ],
    )
    const analytics = await openAnalytics({ folders: [join(collector.home, 'collected')] })
    for (const { id, source, records, ...round } of returns) {
      const rows = await analytics.rows(
        `SELECT source, return_id, count(*) AS many, min(n) AS first FROM '${returnFolder(collector.home, round, id)}/pupil.parquet' GROUP BY ALL`,
      )
      assert.deepEqual(rows, [{ source, return_id: id, many: records['pupil'], first: 3 }])
    }
    analytics.close()
  })
})
