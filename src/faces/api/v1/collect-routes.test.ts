import assert from 'node:assert/strict'
import { createHash, createPublicKey, randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../../test/support/store.ts'
import {
  receiptClaimsShape,
  receiptTokenType,
  returnTokenType,
  submissionAnswerShape,
  submissionPath,
  submissionProblemShape,
  type ReturnClaims,
} from '../../../core/collections/index.ts'
import { encryptTo, makeIdentity, parseAgeRecipient } from '../../../core/standards/age/index.ts'
import { jwsKey, newSeed, readJws, signJws, verifyJws } from '../../../core/standards/jws/index.ts'
import { censusMessage } from '../../../national/collect/testing/census-message.ts'
import {
  collectedFiles,
  testCollector,
  testSource,
  testTime,
} from '../../../national/collect/testing/test-collector.ts'
import { returnRoutes } from './collect-routes.ts'

const store = await openTestStore()
const key = jwsKey(newSeed())
const stranger = jwsKey(newSeed())
const collector = await testCollector(store, [
  testSource('100001', { publicKey: key.publicText }),
  testSource('100002', { publicKey: stranger.publicText }),
  testSource('100003'),
])
const app = returnRoutes(collector, { now: () => testTime })
const seal = (text: string) => encryptTo([collector.keys.recipient], Buffer.from(text))
const message = censusMessage()
const sealed = await seal(message)
const path = submissionPath('school-census', 2026, 'AUT')

interface Posting {
  readonly body?: Uint8Array<ArrayBuffer> | Uint8Array
  readonly claims?: Partial<ReturnClaims>
  readonly by?: typeof key
  readonly headers?: Record<string, string>
  readonly to?: string
  readonly token?: string
}

function post({
  body = sealed,
  claims = {},
  by = key,
  headers = {},
  to = path,
  token,
}: Posting = {}): Promise<Response> {
  const all: ReturnClaims = {
    iss: 'urn:source:100001',
    aud: collector.origin,
    sha256: createHash('sha256').update(body).digest('hex'),
    collection: 'school-census',
    year: 2026,
    term: 'AUT',
    iat: Math.floor(testTime.getTime() / 1000),
    jti: randomUUID(),
    ...claims,
  }
  return Promise.resolve(
    app.request(to, {
      method: 'POST',
      body: Buffer.from(body),
      headers: {
        'content-type': 'application/age',
        authorization: `Bearer ${token ?? signJws(returnTokenType, all, by.privateKey)}`,
        ...headers,
      },
    }),
  )
}

async function refused(posting: Posting): Promise<readonly [number, string]> {
  const before = collectedFiles(collector)
  const response = await post(posting)
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  const problem = submissionProblemShape.parse(await response.json())
  assert.equal(problem.status, response.status)
  assert.deepEqual(collectedFiles(collector), before, 'a refusal leaves nothing')
  return [response.status, problem.type.replace('urn:gatehouse:problem:', '')]
}

describe('a return over HTTP', () => {
  it('is refused without a token of this source, for this collector, this round and this time', async () => {
    const now = Math.floor(testTime.getTime() / 1000)
    for (const posting of [
      { headers: { authorization: '' } },
      { headers: { authorization: 'Basic eDp5' } },
      { token: 'a.b.c' },
      { by: stranger },
      { claims: { aud: 'https://elsewhere.example' } },
      { claims: { term: 'SPR' } },
      { claims: { collection: 'children-in-need' } },
      { claims: { iat: now - 601 } },
      { claims: { iat: now + 61 } },
      { claims: { iss: '100001' } },
      { token: signJws('gatehouse-receipt+jwt', {}, key.privateKey) },
    ])
      assert.deepEqual(await refused(posting), [401, 'not-signed'], JSON.stringify(posting))
    assert.deepEqual(await refused({ claims: { iss: 'urn:source:999999' } }), [403, 'unknown-source'])
    assert.deepEqual(await refused({ claims: { iss: 'urn:source:100003' } }), [403, 'unknown-source'])
  })

  it('is refused with other bytes, in plain form, for another key, damaged, or of another source', async () => {
    assert.deepEqual(await refused({ claims: { sha256: '0'.repeat(64) } }), [422, 'other-bytes'])
    assert.deepEqual(await refused({ body: Buffer.from(message) }), [422, 'not-encrypted'])
    assert.deepEqual(await refused({ headers: { 'content-type': 'text/xml' } }), [422, 'not-encrypted'])
    const other = parseAgeRecipient((await makeIdentity('x25519')).recipient)
    assert.ok(other.ok)
    assert.deepEqual(await refused({ body: await encryptTo([other.value], Buffer.from(message)) }), [
      422,
      'not-encrypted',
    ])
    assert.deepEqual(await refused({ body: sealed.subarray(0, -20) }), [422, 'not-encrypted'])
    assert.deepEqual(await refused({ body: await seal(message.slice(0, -30)) }), [422, 'unreadable'])
    assert.deepEqual(await refused({ body: await seal(censusMessage({ urn: '100002' })) }), [
      422,
      'wrong-source',
    ])
    assert.deepEqual(await refused({ body: await seal(censusMessage({ term: 'SUM' })) }), [422, 'wrong-term'])
    const summer = { to: submissionPath('school-census', 2026, 'SPR'), claims: { term: 'SPR' } }
    assert.deepEqual(await refused(summer), [422, 'wrong-term'])
    const response = await post({ body: await seal('<Message>\n<Header>') })
    assert.equal(submissionProblemShape.parse(await response.json()).line, 2)
  })

  it('is answered with a receipt that the collector signed over the same bytes, and the same answer again', async () => {
    const jti = randomUUID()
    const response = await post({ claims: { jti } })
    assert.equal(response.status, 201)
    const answer = submissionAnswerShape.parse(await response.json())
    const sha256 = createHash('sha256').update(sealed).digest('hex')
    assert.equal(answer.sha256, sha256)
    assert.equal(answer.state, 'loaded-and-validated')
    const receipt = readJws(answer.receipt, receiptTokenType)
    assert.ok(receipt.ok)
    const verified = verifyJws(receipt.value, createPublicKey(collector.keys.signing.privateKey))
    assert.ok(verified.ok)
    const claims = receiptClaimsShape.parse(verified.value)
    assert.deepEqual(
      [claims.iss, claims.sub, claims.return, claims.sha256, claims.messageSha256],
      [
        collector.origin,
        'urn:source:100001',
        answer.return,
        sha256,
        createHash('sha256').update(message).digest('hex'),
      ],
    )
    const again = await post({ claims: { jti } })
    assert.equal(again.status, 201)
    assert.deepEqual(submissionAnswerShape.parse(await again.json()), answer)
    assert.deepEqual(await refused({ claims: { jti }, body: await seal(message) }), [409, 'token-used'])
  })

  it('replaces what stands only for a reason', async () => {
    const body = await seal(censusMessage({ pupils: 6 }))
    assert.deepEqual(await refused({ body }), [409, 'return-stands'])
    assert.deepEqual(await refused({ body, headers: { 'gatehouse-replace-reason': '%E0%A4%A' } }), [
      409,
      'return-stands',
    ])
    const response = await post({
      body,
      headers: { 'gatehouse-replace-reason': encodeURIComponent('Ein Schüler fehlte') },
    })
    assert.equal(response.status, 201)
    assert.deepEqual(
      collectedFiles(collector).filter((name) => name.includes('.incoming')),
      [],
    )
  })
})
