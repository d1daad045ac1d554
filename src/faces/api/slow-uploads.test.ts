// Slow senders, over a real socket: those on a bad line are waited for, those who only hold a connection are not.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { Writable } from 'node:stream'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openTestStore } from '../../../test/support/store.ts'
import { returnTokenType, submissionPath, type ReturnClaims } from '../../core/collections/index.ts'
import { encryptTo } from '../../core/standards/age/index.ts'
import { jwsKey, newSeed, signJws } from '../../core/standards/jws/index.ts'
import { fixedClock } from '../../core/vocabulary/index.ts'
import { censusMessage } from '../../national/collect/testing/census-message.ts'
import {
  collectedFiles,
  testCollector,
  testSource,
  testTime,
} from '../../national/collect/testing/test-collector.ts'
import { Hono } from 'hono'
import { createCollectorApp } from './app.ts'
import { openLog } from './request-log.ts'
import type { Pace } from './pace.ts'
import { startServer } from './serve.ts'

const store = await openTestStore()
const key = jwsKey(newSeed())
const collector = await testCollector(store, [testSource('100001', { publicKey: key.publicText })])
const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
const app = createCollectorApp(
  { settings: { publicUrl: collector.origin }, clock: fixedClock(testTime.toISOString()), collector },
  silent,
)
const path = submissionPath('school-census', 2026, 'AUT')
const body = await encryptTo([collector.keys.recipient], Buffer.from(censusMessage()))

/** As the usual one, in a shorter time. */
const quick: Pace = {
  ordinary: 400,
  upload: { bytesPerSecond: 200, window: 1000, longest: 60_000 },
  every: 50,
}

const claims = (): ReturnClaims => ({
  iss: 'urn:source:100001',
  aud: collector.origin,
  sha256: createHash('sha256').update(body).digest('hex'),
  collection: 'school-census',
  year: 2026,
  term: 'AUT',
  iat: Math.floor(testTime.getTime() / 1000),
  jti: randomUUID(),
})

interface Sending {
  readonly to?: string
  readonly pieces: readonly Uint8Array[]
  readonly every: number
  readonly authorization?: string
}

interface Ended {
  /** Null: cut off without an answer. */
  readonly status: number | null
  readonly ms: number
}

/** Sends the pieces one by one, with pauses, and tells how it ended. */
async function send(port: number, { to = path, pieces, every, authorization }: Sending): Promise<Ended> {
  const begun = performance.now()
  const over = new AbortController()
  const sent = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: to,
    agent: false,
    headers: {
      'content-type': 'application/age',
      'content-length': body.length,
      authorization: authorization ?? `Bearer ${signJws(returnTokenType, claims(), key.privateKey)}`,
    },
  })
  const ended = new Promise<Ended>((resolve) => {
    const done = (status: number | null): void => {
      over.abort()
      resolve({ status, ms: performance.now() - begun })
    }
    sent.once('response', (answer) => {
      answer.resume()
      done(answer.statusCode ?? null)
    })
    sent.once('error', () => done(null))
  })
  for (const piece of pieces) {
    if (over.signal.aborted) break
    sent.write(piece)
    await pause(every)
  }
  if (pieces.reduce((sum, { length }) => sum + length, 0) === body.length) sent.end()
  const result = await ended
  sent.destroy()
  return result
}

const inPieces = (size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(body.length / size) }, (_, i) => body.subarray(i * size, (i + 1) * size))

async function served(pace: Pace, work: (port: number) => Promise<void>, what = app): Promise<void> {
  const server = await startServer(what, 0, '127.0.0.1', pace)
  try {
    await work(server.port)
  } finally {
    await server.stop()
  }
}

describe('a slow upload', () => {
  it('is taken in whole though it takes longer than any other request may', () =>
    served(quick, async (port) => {
      const size = Math.ceil(body.length / 12)
      const { status, ms } = await send(port, { pieces: inPieces(size), every: 100 })
      assert.equal(status, 201)
      assert.ok(ms > 2 * quick.ordinary, `it took ${String(ms)} ms`)
    }))

  it('is cut off once it stands still, and leaves nothing', () =>
    served(quick, async (port) => {
      const before = collectedFiles(collector)
      const { status } = await send(port, { pieces: [body.subarray(0, 2000)], every: 0 })
      assert.equal(status, 408)
      for (let i = 0; i < 100 && collectedFiles(collector).length > before.length; i++) await pause(20)
      assert.deepEqual(collectedFiles(collector), before)
    }))

  it('is cut off when it trickles: a byte now and then keeps no connection', () =>
    served(quick, async (port) => {
      const pieces = Array.from({ length: 60 }, (_, i) => body.subarray(i, i + 1))
      assert.equal((await send(port, { pieces, every: 50 })).status, 408)
    }))

  it('ends at last, however well it keeps its pace', () =>
    served({ ...quick, upload: { ...quick.upload, bytesPerSecond: 1, longest: 600 } }, async (port) => {
      const { status } = await send(port, { pieces: inPieces(Math.ceil(body.length / 40)), every: 50 })
      assert.equal(status, 408)
    }))

  it('is held no longer than others once it was refused', () =>
    served(quick, async (port) => {
      const { status } = await send(port, {
        pieces: inPieces(200),
        every: 20,
        authorization: 'Bearer a.b.c',
      })
      assert.equal(status, 401)
    }))

  it('is no way in for requests that are none', async () => {
    const other = new Hono()
    other.post('*', async (c) => c.text(await c.req.text()))
    other.onError((_broken, c) => c.body(null, 500))
    await served(
      quick,
      async (port) => {
        const sending = { to: '/sign-in', pieces: inPieces(100), every: 50 }
        assert.equal((await send(port, sending)).status, 408)
      },
      other as never,
    )
  })
})
