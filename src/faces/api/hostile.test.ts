// The server as somebody meets it who means no good: over a real socket, with what a browser would never send.
import assert from 'node:assert/strict'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { after, describe, it } from 'node:test'
import { Hono } from 'hono'
import { emailOf, password, playSchool } from '../../../test/browser/school.ts'
import type { StaffRole } from '../../core/vocabulary/index.ts'
import { triesPerAddress } from '../pages/sign-in/throttle.ts'
import { usualPace } from './pace.ts'
import { patience, startServer } from './serve.ts'

const played = await playSchool()
after(() => played.stop())
const { hostname, port } = new URL(played.url)

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const ask = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (piece: Buffer) => (text += piece.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })

const form = { 'content-type': 'application/x-www-form-urlencoded', origin: played.url }
const tokenIn = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
const cookiesOf = (answer: Answer): string =>
  (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')

const tryPassword = async (
  email: string,
  secret: string,
  more: Record<string, string> = {},
): Promise<Answer> => {
  const shown = await ask('GET', '/sign-in')
  const fields = new URLSearchParams({ _csrf: tokenIn(shown.body), email, password: secret, next: '/tasks' })
  return ask('POST', '/sign-in', { ...form, cookie: cookiesOf(shown), ...more }, fields.toString())
}
const session = async (role: StaffRole): Promise<string> => {
  const done = await tryPassword(emailOf(role), password)
  assert.equal(done.status, 303)
  return cookiesOf(done)
}

const office = await session('office')
const _csrf = tokenIn((await ask('GET', '/tasks', { cookie: office })).body)
const post = (path: string, fields: Record<string, string>, cookie = office): Promise<Answer> =>
  ask('POST', path, { ...form, cookie }, new URLSearchParams({ _csrf, ...fields }).toString())

describe('what nobody may keep', () => {
  it('is every answer but the styles, the log and what says so itself', async () => {
    for (const path of [
      '/',
      '/sign-in',
      '/today',
      `/pupils/${played.pupilIds[9] ?? ''}`,
      '/tasks',
      '/healthz',
      '/nowhere',
      '/api/v1/releases',
      '/api/v1/recipients',
      '/api/v1/agreements/otrack/permits',
      '/api/v1/ledger',
      '/api/v1/nothing',
      '/ledger/receipts/0',
    ]) {
      const { headers } = await ask('GET', path, { cookie: office })
      assert.equal(headers['cache-control'], 'no-store', path)
    }
    const decided = await ask(
      'POST',
      '/api/v1/decide',
      { cookie: office, 'content-type': 'application/json' },
      JSON.stringify({ agreement: 'otrack', pupil: played.pupilIds[9] }),
    )
    assert.equal(decided.status, 200)
    assert.equal(decided.headers['cache-control'], 'no-store')
    assert.match((await ask('GET', '/log/checkpoint')).headers['cache-control'] ?? '', /max-age=2\b/)
  })
})

describe('a request that can’t be right', () => {
  it('is refused without a fault, and says why', async () => {
    const multipart = { ...form, cookie: office, 'content-type': 'multipart/form-data; boundary=x' }
    const cases: readonly (readonly [string, Promise<Answer>, number])[] = [
      ['a NUL in a search', post('/pupils', { sought: 'ab\0' }), 422],
      ['a NUL in an address', tryPassword('a\0b@school.example', 'x'), 422],
      ['a broken form', ask('POST', '/pupils', multipart, 'garbage'), 400],
      ['bytes that are no text', ask('POST', '/pupils', { ...form, cookie: office }, `_csrf=${_csrf}&sought=%ff%fe%80`), 200],
      ['a list where one is meant', ask('POST', '/pupils', { ...form, cookie: office }, `_csrf=${_csrf}&sought[]=a`), 422],
      ['names of the language', post(`/pupils/${played.pupilIds[9] ?? ''}/choices`, { purpose: '__proto__', state: 'toString', giver: 'pupil', method: 'constructor' }), 422],
      ['too much', post('/pupils', { sought: 'x'.repeat(1_100_000) }), 413],
      ['a broken address', ask('GET', '/pupils/%E0%A4%A', { cookie: office }), 404],
      ['a NUL in an address of a page', ask('GET', '/agreements/%00', { cookie: office }), 404],
      ['a number beyond all', ask('GET', '/ledger/entries/999999999999999', { cookie: office }), 404],
      ['a page before the first', ask('GET', '/ledger?before=-5&before[]=1e300', { cookie: office }), 200],
      ['half a document', ask('POST', '/api/v1/decide', { cookie: office, 'content-type': 'application/json' }, '{'), 400],
      ['a form to the API', ask('POST', '/api/v1/decide', { ...form, cookie: office }, 'agreement=otrack'), 400],
      ['a query twice', ask('GET', '/api/v1/releases?since=2026-01-01T00:00:00Z&since=x', { cookie: office }), 422],
    ] // prettier-ignore
    for (const [name, answer, status] of cases) {
      const { status: got, body } = await answer
      assert.equal(got, status, `${name}: ${body.slice(0, 300)}`)
    }
  })

  it('by another method than reading and sending is told which there are', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const path of ['/today', '/api/v1/ledger', '/log/checkpoint']) {
        const { status, headers } = await ask(method, path, { cookie: office })
        assert.equal(status, 405, `${method} ${path}`)
        assert.equal(headers.allow, 'GET, HEAD, POST')
      }
    }
  })

  it('is not taken from another site, whatever it carries', async () => {
    const fields = new URLSearchParams({ _csrf, sought: 'noor' }).toString()
    for (const origin of ['https://elsewhere.example', 'null', `${played.url}.elsewhere.example`]) {
      assert.equal((await ask('POST', '/pupils', { ...form, cookie: office, origin }, fields)).status, 403)
    }
    const plain = { 'content-type': 'application/x-www-form-urlencoded', cookie: office }
    assert.equal((await ask('POST', '/pupils', plain, fields)).status, 403, 'no origin at all')
  })
})

describe('signing in', () => {
  it('gives a session of its own, and ends the one that the browser had', async () => {
    const shown = await ask('GET', '/sign-in', { cookie: 'gatehouse-session=chosenbysomebodyelse' })
    assert.equal(shown.status, 200)
    const old = await session('head')
    const page = await ask('GET', '/tasks', { cookie: old })
    const fields = new URLSearchParams({
      _csrf: tokenIn(page.body),
      email: emailOf('head'),
      password,
      next: '/tasks',
    })
    const again = await ask('POST', '/sign-in', { ...form, cookie: old }, fields.toString())
    assert.equal(again.status, 303)
    assert.notEqual(cookiesOf(again), old)
    assert.equal((await ask('GET', '/tasks', { cookie: old })).headers.location, '/sign-in?next=%2Ftasks')
  })

  it('slows down an address that tries many accounts, and nobody else', async () => {
    const thief = { 'x-forwarded-for': '203.0.113.5, 198.51.100.7' }
    for (let n = 0; n < triesPerAddress; n++) {
      const answer = await tryPassword(`nobody${n}@school.example`, 'amber barley marble', thief)
      assert.equal(answer.status, 422)
    }
    const stopped = await tryPassword(emailOf('dpo'), password, thief)
    assert.equal(stopped.status, 429)
    assert.equal(stopped.headers['retry-after'], '900')
    assert.match(stopped.body, /too many wrong tries from where you are/)
    assert.equal((await tryPassword(emailOf('dpo'), password)).status, 303)
    const elsewhere = { 'x-forwarded-for': '203.0.113.5, 198.51.100.8' }
    assert.equal((await tryPassword(emailOf('dpo'), password, elsewhere)).status, 303)
  })
})

describe('a connection that dawdles', () => {
  it('is held for no longer than a request may take, and stops no stop', async () => {
    assert.ok(patience.headersTimeout <= 10_000 && usualPace.ordinary <= 30_000)
    const app = new Hono()
    app.post('/', async (c) => c.text(await c.req.text()))
    app.onError((_broken, c) => c.body(null, 500))
    const server = await startServer(app as never, 0, '127.0.0.1')
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx')
    await new Promise((resolve) => setTimeout(resolve, 200))
    const begun = performance.now()
    await server.stop()
    assert.ok(performance.now() - begun < 8_000)
    socket.destroy()
  })
})
