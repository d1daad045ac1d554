import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createServer as createPlain, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { haveOpenssl, loopbackCertificate } from '../../../test/support/certificate.ts'
import { httpsTransport } from './https.ts'
import { keptProgress, payloadOf } from './testing/payload.ts'
import type { Sending } from './transport.ts'

describe('https', { skip: haveOpenssl ? false : 'openssl is not installed' }, () => {
  const { key, cert } = haveOpenssl ? loopbackCertificate() : { key: '', cert: '' }
  const body = Buffer.from('the bytes that were released')
  const payload = payloadOf(body)
  let url = ''
  let answer: (
    request: IncomingMessage,
    got: Buffer,
  ) => { status: number; body?: string; headers?: Record<string, string> }
  const got: { method: string; path: string; headers: IncomingMessage['headers']; body: Buffer }[] = []

  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const whole = Buffer.concat(parts)
      got.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: whole,
      })
      const reply = answer(request, whole)
      response.writeHead(reply.status, reply.headers).end(reply.body)
    })
  }
  const server = createServer({ key, cert }, listener)
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/incoming`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    got.length = 0
    answer = () => ({ status: 201 })
  })

  const send = (
    over: Record<string, unknown> = {},
    more: { limit?: number; token?: string | null } = {},
  ): Promise<Sending> =>
    httpsTransport({ readToken: () => Promise.resolve(more.token ?? null), limit: more.limit ?? 5000 }).send(
      payload,
      {
        settings: { url, authority: cert, ...over },
        secretReference: more.token === undefined ? null : 'token',
      },
      keptProgress(),
    )
  const faultOf = (sending: Sending): unknown =>
    sending.kind === 'failed' ? { fault: sending.fault, again: sending.again } : sending.kind

  it('pushes the bytes with a key by which a second try is known, and takes 2xx for an acknowledgement', async () => {
    assert.equal((await send({}, { token: 'secret' })).kind, 'acknowledged')
    assert.equal((await send({ method: 'POST' })).kind, 'acknowledged')
    const [put, post] = got
    assert.ok(put && post)
    assert.deepEqual([put.method, put.path], ['PUT', '/incoming/mavis-2026-11-24-0a1b2c3d.csv.age'])
    assert.deepEqual([post.method, post.path], ['POST', '/incoming'])
    assert.ok(put.body.equals(body))
    assert.equal(put.headers['idempotency-key'], post.headers['idempotency-key'])
    assert.equal(put.headers['idempotency-key'], payload.releaseId)
    assert.equal(put.headers.authorization, 'Bearer secret')
    const digest = createHash('sha256').update(body).digest('base64')
    assert.equal(put.headers['content-digest'], `sha-256=:${digest}:`)
  })

  it('refuses a certificate that it does not know, and sends nothing', async () => {
    assert.deepEqual(faultOf(await send({ authority: undefined })), { fault: 'certificate', again: false })
    assert.deepEqual(faultOf(await send({ url: url.replace('127.0.0.1', 'localhost') })), {
      fault: 'certificate',
      again: false,
    })
    assert.equal(got.length, 0)
  })

  it('does not follow a redirect: the file goes to no address that the school did not set', async () => {
    answer = () => ({ status: 307, headers: { location: url.replace('/incoming', '/elsewhere') } })
    assert.deepEqual(faultOf(await send()), { fault: 'refused', again: false })
    assert.equal(got.length, 1)
  })

  it('tries again what may pass, and leaves to a person what will not', async () => {
    for (const [status, again] of [
      [500, true],
      [503, true],
      [429, true],
      [408, true],
      [400, false],
      [404, false],
      [413, false],
      [422, false],
    ] as const) {
      answer = () => ({ status, body: 'UPN H801200001001 is wrong' })
      const sending = await send()
      assert.deepEqual(faultOf(sending), { fault: 'refused', again }, String(status))
      assert.doesNotMatch(JSON.stringify(sending), /UPN/)
    }
    answer = () => ({ status: 401 })
    assert.deepEqual(faultOf(await send()), { fault: 'sign-in', again: true })
  })

  it('says so when the service is away, hangs or breaks off', async () => {
    assert.deepEqual(faultOf(await send({ url: 'https://127.0.0.1:1/' })), {
      fault: 'unreachable',
      again: true,
    })
    const mute = createPlain(() => undefined)
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const plain = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/`
    assert.deepEqual(faultOf(await send({ url: plain }, { limit: 200 })), { fault: 'too-slow', again: true })
    mute.removeAllListeners('request')
    mute.on('request', (request: IncomingMessage) => request.socket.destroy())
    assert.deepEqual(faultOf(await send({ url: plain })), { fault: 'interrupted', again: true })
    mute.closeAllConnections()
    mute.close()
  })

  it('refuses http beyond loopback, unknown settings and a token that is missing', async () => {
    for (const over of [
      { url: 'http://example.org/' },
      { url: 'file:///etc/passwd' },
      { password: 'x' },
      { url: 'x' },
    ]) {
      assert.deepEqual(faultOf(await send(over)), { fault: 'misconfigured', again: false })
    }
    assert.deepEqual(faultOf(await send({}, { token: null })), { fault: 'misconfigured', again: false })
  })

  describe('receipts', () => {
    const pair = generateKeyPairSync('ed25519')
    const receiptKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    const receipt = (hash: string, signedHash = hash, by = pair.privateKey): string =>
      JSON.stringify({ sha256: hash, signature: sign(null, Buffer.from(signedHash), by).toString('base64') })

    it('accepts one that names what was sent and is signed with the recipient’s key', async () => {
      answer = () => ({ status: 200, body: receipt(payload.sha256) })
      const sending = await send({ receiptKey, receiptRequired: true })
      assert.deepEqual(
        sending.kind === 'acknowledged' && [sending.receipt['confirmed'], sending.receipt['signed']],
        [true, true],
      )
    })

    it('does not accept another hash, another key, or none where one is required', async () => {
      const other = 'f'.repeat(64)
      const stranger = generateKeyPairSync('ed25519').privateKey
      for (const reply of [
        receipt(other),
        receipt(payload.sha256, other),
        receipt(payload.sha256, payload.sha256, stranger),
        JSON.stringify({ sha256: payload.sha256 }),
        '',
        'null',
        '{',
      ]) {
        answer = () => ({ status: 200, body: reply })
        assert.deepEqual(faultOf(await send({ receiptKey, receiptRequired: true })), {
          fault: 'wrong-receipt',
          again: false,
        })
      }
      answer = () => ({ status: 200, body: JSON.stringify({ sha256: other }) })
      assert.deepEqual(faultOf(await send()), { fault: 'wrong-receipt', again: false })
    })

    it('reads no more of an answer than a receipt can be', async () => {
      answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) })
      assert.equal((await send()).kind, 'acknowledged')
    })
  })
})
