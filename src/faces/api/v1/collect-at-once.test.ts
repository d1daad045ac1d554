import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, describe, it } from 'node:test'
import { openTestStore, testEngine } from '../../../../test/support/store.ts'
import {
  returnTokenType,
  submissionAnswerShape,
  submissionPath,
  submissionProblemShape,
} from '../../../core/collections/index.ts'
import { encryptTo } from '../../../core/standards/age/index.ts'
import { jwsKey, newSeed, signJws } from '../../../core/standards/jws/index.ts'
import { asCollector, exportReturn, findReturn } from '../../../national/collect/index.ts'
import { censusMessage, upnOf } from '../../../national/collect/testing/census-message.ts'
import {
  collectedFiles,
  testCollector,
  testSource,
  testTime,
  theOperator,
} from '../../../national/collect/testing/test-collector.ts'
import { createCollectorApp, openLog, startServer } from '../index.ts'

// Fifty where the server does many at once; the embedded store does one after the other in any case.
const many = testEngine === 'postgres' ? 50 : 5
const schools = Array.from({ length: many + 2 }, (_, i) => {
  const urn = String(100001 + i)
  const upns = Array.from({ length: 1 + (i % 7) }, (_each, k) => upnOf(i * 8 + k + 1))
  return {
    urn,
    upns,
    key: jwsKey(newSeed()),
    message: censusMessage({ urn, pupils: upns.map((upn) => ({ upn })) }),
  }
})
const store = await openTestStore()
const collector = await testCollector(
  store,
  schools.map(({ urn, key }) => testSource(urn, { publicKey: key.publicText })),
)
const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
const house = { settings: { publicUrl: 'http://127.0.0.1' }, clock: { now: () => testTime }, collector }
const server = await startServer(createCollectorApp(house, silent), 0, '127.0.0.1')
after(() => server.stop())

const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
type School = (typeof schools)[number]

interface Sent {
  readonly school: School
  readonly body: Buffer
  readonly token: string
}
async function prepare(school: School): Promise<Sent> {
  const body = Buffer.from(await encryptTo([collector.keys.recipient], Buffer.from(school.message)))
  const claims = {
    iss: `urn:source:${school.urn}`,
    aud: collector.origin,
    sha256: digest(body),
    collection: 'school-census',
    year: 2026,
    term: 'AUT',
    iat: Math.floor(testTime.getTime() / 1000),
    jti: randomUUID(),
  }
  return { school, body, token: signJws(returnTokenType, claims, school.key.privateKey) }
}
const post = async ({ body, token }: Sent): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(
    `http://127.0.0.1:${String(server.port)}${submissionPath('school-census', 2026, 'AUT')}`,
    {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/age', authorization: `Bearer ${token}` },
    },
  )
  return { status: response.status, body: await response.json() }
}
const problemOf = (body: unknown): string => submissionProblemShape.parse(body).type

const out = mkdtempSync(join(tmpdir(), 'gatehouse-at-once-'))
after(() => rmSync(out, { recursive: true, force: true }))

/** What the collector holds is what was sent: its bytes, its message, its records. */
async function isWhole({ school, body }: Sent, id: string): Promise<void> {
  const of = await asCollector(collector).read((tx) => findReturn(tx, id))
  assert.deepEqual(
    [of.source, of.version, of.stands, of.state, of.bodySha256, of.messageSha256, of.records['pupil']],
    [school.urn, 1, true, 'loaded-and-validated', digest(body), digest(school.message), school.upns.length],
  )
  const { files } = await exportReturn(collector, theOperator, id, out)
  assert.ok(files.length >= 4)
  const folder = join(out, `894-${school.urn}-school-census-2026-AUT-1`)
  assert.equal(readFileSync(join(folder, 'message.xml'), 'utf8'), school.message)
  const [head = '', ...rows] = readFileSync(join(folder, 'pupil.csv'), 'utf8').trim().split(/\r?\n/)
  const at = head.split(',').findIndex((name) => name.replaceAll('"', '') === 'upn')
  assert.deepEqual(
    rows.map((row) => row.split(',')[at]?.replaceAll('"', '')),
    school.upns,
  )
}

describe(`schools that post at once (${testEngine})`, () => {
  it('lose no return, double none and mix none', { timeout: 300_000 }, async () => {
    const sent = await Promise.all(schools.slice(0, many).map(prepare))
    const answers = await Promise.all(sent.map(post))
    const ids = new Set<string>()
    for (const [i, { status, body }] of answers.entries()) {
      assert.equal(status, 201, JSON.stringify(body))
      const answer = submissionAnswerShape.parse(body)
      const own = sent[i]
      assert.ok(own)
      assert.equal(answer.sha256, digest(own.body))
      ids.add(answer.return)
      await isWhole(own, answer.return)
    }
    assert.equal(ids.size, many)
    const stored = await asCollector(collector).read((tx) =>
      tx.selectFrom('collected_return').select('id').execute(),
    )
    assert.deepEqual(new Set(stored.map(({ id }) => id)), ids)
    for (const file of collectedFiles(collector)) {
      assert.ok(
        [...ids].some((id) => file.includes(id)),
        file,
      )
      assert.ok(!file.includes('.incoming'), file)
    }
  })

  it('twice: one stands, the other is told so', async () => {
    const [school] = schools.slice(many)
    assert.ok(school)
    const both = await Promise.all([prepare(school), prepare(school)])
    const answers = await Promise.all(both.map(post))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409])
    const [taken, refused] = answers.toSorted((a, b) => a.status - b.status)
    assert.equal(problemOf(refused?.body), 'urn:gatehouse:problem:return-stands')
    const answer = submissionAnswerShape.parse(taken?.body)
    const own = both.find(({ body }) => digest(body) === answer.sha256)
    assert.ok(own)
    await isWhole(own, answer.return)
  })

  it('twice with one token: one stands, and both are told the same', async () => {
    const school = schools[many + 1]
    assert.ok(school)
    const one = await prepare(school)
    const answers = await Promise.all([post(one), post(one), post(one)])
    for (const { status, body } of answers) assert.equal(status, 201, JSON.stringify(body))
    const parsed = answers.map(({ body }) => submissionAnswerShape.parse(body))
    assert.equal(new Set(parsed.map((answer) => answer.return)).size, 1)
    assert.equal(new Set(parsed.map((answer) => answer.receipt)).size, 1)
    await isWhole(one, parsed[0]?.return ?? '')
  })
})
