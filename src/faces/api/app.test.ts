import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { readPolicyFolder } from '../../core/policy/index.ts'
import { fixedClock } from '../../core/vocabulary/index.ts'
import { loadPolicy } from '../../school/agreements/index.ts'
import { setStaffAccount, type Gatehouse } from '../index.ts'
import { createApp } from './app.ts'
import { logFile } from './log-files.ts'
import { openLog } from './request-log.ts'

const store = await openTestStore()
const school = await addSchool(store, '900001')
const home = mkdtempSync(join(tmpdir(), 'gatehouse-app-'))
after(() => rmSync(home, { recursive: true, force: true }))
const logFolder = join(home, 'log')
mkdirSync(join(logFolder, 'tile/0'), { recursive: true })
writeFileSync(join(logFolder, 'checkpoint'), 'the note\n')
writeFileSync(join(logFolder, 'tile/0/000'), Buffer.alloc(32, 1))
writeFileSync(join(home, 'secret'), 'not for you')

const policy = await readPolicyFolder('policy')
assert.ok(policy.ok)
await loadPolicy(school, policy.value, new Date('2026-11-24T07:00:00Z'))

const password = 'lantern otter quilt'
await setStaffAccount(school, { email: 'ann@school.example', name: 'Ann Officer', role: 'office', password })
await setStaffAccount(school, { email: 'aud@school.example', name: 'Aud Itor', role: 'auditor', password })

// Only what these tests reach is wired: the pages of the domain have their own.
const gatehouse = {
  settings: { publicUrl: 'https://gatehouse.school.example', policyFolder: 'policy' },
  store,
  urn: '900001',
  clock: fixedClock('2026-11-24T07:30:00Z'),
  home,
  logFolder,
} as unknown as Gatehouse

let logged = ''
const log = openLog(
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString()
      done()
    },
  }),
)
const app = createApp(gatehouse, log)
const origin = 'http://localhost'

class Visitor {
  cookies = new Map<string, string>()
  async get(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await app.request(path, {
      ...init,
      headers: {
        cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '),
        ...(init.headers as object),
      },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }
  post(path: string, form: Record<string, string>): Promise<Response> {
    return this.get(path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
    })
  }
  async token(path: string): Promise<string> {
    const html = await (await this.get(path)).text()
    return /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
  }
  async signIn(email = 'ann@school.example', secret = password, next = '/tasks'): Promise<Response> {
    return this.post('/sign-in', { _csrf: await this.token('/sign-in'), email, password: secret, next })
  }
}

describe('the server', () => {
  it('says when it is ready', async () => {
    const response = await app.request('/healthz')
    assert.equal(response.status, 200)
  })

  it('forbids scripts, frames and referrers on every answer, also on a missing page', async () => {
    for (const path of ['/sign-in', '/nothing', '/log/checkpoint', '/healthz']) {
      const { headers } = await app.request(path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'/)
      assert.doesNotMatch(policy, /unsafe/)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.match(headers.get('strict-transport-security') ?? '', /max-age/)
    }
  })

  it('has no script or style inside its pages, and neither crown nor its typeface', async () => {
    const html = await (await app.request('/sign-in')).text()
    assert.doesNotMatch(html, /<style|style="|<script>|onclick|crown/i)
    for (const address of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      const asset = await app.request(address[1] ?? '')
      assert.equal(asset.status, 200, address[1])
      assert.match(asset.headers.get('cache-control') ?? '', /immutable/)
      assert.doesNotMatch(await asset.text(), /GDS Transport["',]|crest\.svg|@font-face/)
    }
  })

  it('serves the log’s files as the specification says and nothing else', async () => {
    const checkpoint = await app.request('/log/checkpoint')
    assert.equal(checkpoint.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.match(checkpoint.headers.get('cache-control') ?? '', /max-age=2\b/)
    assert.equal(await checkpoint.text(), 'the note\n')
    assert.equal(checkpoint.headers.get('cross-origin-resource-policy'), 'cross-origin')
    const tile = await app.request('/log/tile/0/000')
    assert.equal(tile.headers.get('content-type'), 'application/octet-stream')
    assert.match(tile.headers.get('cache-control') ?? '', /immutable/)
    assert.equal((await tile.arrayBuffer()).byteLength, 32)
    for (const path of [
      '../secret',
      '%2e%2e/secret',
      'tile/../../secret',
      '..%2fsecret',
      '',
      'tile/0',
      'tile/0/001',
    ]) {
      const response = await app.request(`/log/${path}`)
      assert.notEqual(response.status, 200, path)
      assert.doesNotMatch(await response.text(), /not for you/)
    }
  })

  it('knows the names that a tile may have', () => {
    for (const good of [
      'tile/0/000',
      'tile/63/x001/x234/067',
      'tile/entries/x001/000.p/255',
      'tile/8/999.p/1',
    ]) {
      assert.ok(logFile(good), good)
    }
    for (const bad of [
      'tile/64/000',
      'tile/00/000',
      'tile/0/00',
      'tile/0/x000',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/entries/000/..',
      'checkpoint/',
      'tile/0/000\n',
    ]) {
      assert.equal(logFile(bad), undefined, bad)
    }
  })
})

describe('signing in', () => {
  it('sends an unknown visitor to the sign-in page and back to where they were going', async () => {
    const visitor = new Visitor()
    const refused = await visitor.get('/tasks')
    assert.equal(refused.status, 303)
    assert.equal(refused.headers.get('location'), '/sign-in?next=%2Ftasks')
    const welcomed = await visitor.signIn()
    assert.equal(welcomed.status, 303)
    assert.equal(welcomed.headers.get('location'), '/tasks')
    const page = await visitor.get('/tasks')
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('cache-control'), 'no-store')
    assert.match(await page.text(), /Ann Officer, School office/)
  })

  it('keeps the session in a cookie that scripts and other sites can’t have', async () => {
    const visitor = new Visitor()
    const [cookie = ''] = (await visitor.signIn()).headers
      .getSetCookie()
      .filter((line) => line.includes('session'))
    assert.match(cookie, /^__Host-gatehouse-session=/)
    assert.match(cookie, /HttpOnly/)
    assert.match(cookie, /Secure/)
    assert.match(cookie, /SameSite=Lax/)
  })

  it('says the same for a wrong password and an unknown address', async () => {
    const words = async (email: string, secret: string): Promise<string> => {
      const response = await new Visitor().signIn(email, secret)
      assert.equal(response.status, 422)
      return (await response.text()).replaceAll(email, '').replaceAll(/value="[^"]*"/g, '')
    }
    assert.equal(
      await words('ann@school.example', 'wrong wrong wrong'),
      await words('nobody@school.example', password),
    )
  })

  it('never goes on to another site', async () => {
    for (const next of [
      'https://elsewhere.example',
      '//elsewhere.example',
      '/\\elsewhere.example',
      'javascript:alert(1)',
    ]) {
      const response = await new Visitor().signIn('ann@school.example', password, next)
      assert.equal(response.headers.get('location'), '/today', next)
    }
  })

  it('refuses a form without its token, with another’s, or from another site', async () => {
    const visitor = new Visitor()
    await visitor.signIn()
    assert.equal((await visitor.post('/sign-out', {})).status, 403)
    assert.equal((await visitor.post('/sign-out', { _csrf: 'x'.repeat(32) })).status, 403)
    const _csrf = await visitor.token('/tasks')
    const elsewhere = await visitor.get('/sign-out', {
      method: 'POST',
      body: new URLSearchParams({ _csrf }),
      headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    })
    assert.equal(elsewhere.status, 403)
    assert.equal((await visitor.post('/sign-out', { _csrf })).status, 303)
    assert.equal((await visitor.get('/tasks')).status, 303)
  })

  it('lets a role do only what its row in the table says', async () => {
    const auditor = new Visitor()
    await auditor.signIn('aud@school.example')
    const page = await auditor.get('/tasks')
    assert.equal(page.status, 200)
    const _csrf = await auditor.token('/tasks')
    const refused = await auditor.post('/tasks/00000000-0000-0000-0000-000000000000/close', {
      _csrf,
      outcome: 'x',
    })
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /It is for: .*school office/)
  })
})

describe('every route', () => {
  // Public on purpose; everything else must ask who is there.
  const open = ['/', '/healthz', '/sign-in', '/sign-out', '/notice', '/d/:token', '/api/v1/openapi.json']
  const guarded = [
    ...new Set(
      app.routes
        .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*') && !path.startsWith('/assets/'))
        .filter(({ path }) => !open.includes(path))
        .map(({ method, path }) => `${method} ${path}`),
    ),
  ]

  it('is either public on purpose or turns a stranger away', async () => {
    assert.ok(guarded.length >= 25, `only ${guarded.length} routes found`)
    for (const route of guarded) {
      const [method = '', pattern = ''] = route.split(' ')
      const path = pattern.replaceAll(/:\w+/g, '00000000-0000-4000-8000-000000000000').replaceAll(/[{}]/g, '')
      const stranger = new Visitor()
      const response =
        method === 'GET' || path.startsWith('/api/')
          ? await stranger.get(path, { method, headers: { 'content-type': 'application/json' } })
          : await stranger.post(path, { _csrf: await stranger.token('/sign-in') })
      const turnedAway =
        response.status === 401 || response.headers.get('location')?.startsWith('/sign-in') === true
      assert.ok(turnedAway, `${route} answered ${response.status}`)
    }
  })

  it('that changes something refuses a form without its token, whoever sends it', async () => {
    const visitor = new Visitor()
    await visitor.signIn()
    for (const route of guarded.filter((one) => one.startsWith('POST /') && !one.includes('/api/'))) {
      const path = route.slice(5).replaceAll(/:\w+/g, '00000000-0000-4000-8000-000000000000')
      assert.equal((await visitor.post(path, {})).status, 403, route)
    }
  })
})

describe('what goes wrong', () => {
  it('shows a fault as an incident number, without a word of what it held', async () => {
    logged = ''
    const broken = createApp(
      {
        ...gatehouse,
        clock: {
          now: () => {
            throw new Error('Zebedee Secretname')
          },
        },
      },
      log,
    )
    const response = await broken.request('/tasks', { headers: { cookie: '__Host-gatehouse-session=x' } })
    const html = await response.text()
    assert.equal(response.status, 500)
    const incident = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(html)?.[0] ?? 'none'
    assert.ok(logged.includes(incident))
    assert.doesNotMatch(html + logged, /Secretname/)
  })

  it('writes no address, query, name or e-mail into the log', async () => {
    logged = ''
    const visitor = new Visitor()
    await visitor.get('/tasks?secret=Zebedee')
    await visitor.signIn()
    await visitor.get('/tasks?done=closed&who=Zebedee')
    await visitor.get('/d/averysecrettoken')
    await visitor.get('/somewhere/averysecretpath')
    assert.doesNotMatch(logged, /Zebedee|ann@|Ann|averysecret|_csrf|password/)
    assert.match(logged, /"route":"\/tasks"/)
    assert.match(logged, /"role":"office"/)
  })

  it('puts no words of an address on a page', async () => {
    const visitor = new Visitor()
    await visitor.signIn()
    const html = await (await visitor.get('/tasks?done=<b>owned')).text()
    assert.doesNotMatch(html, /owned/)
    assert.match(await (await visitor.get('/tasks?done=closed')).text(), /The task is closed/)
  })

  it('answers the API with problem+json', async () => {
    const response = await app.request('/api/v1/nothing')
    assert.equal(response.status, 404)
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
    const problem = (await response.json()) as Record<string, unknown>
    assert.equal(problem['type'], 'urn:gatehouse:problem:not-found')
    assert.equal(problem['status'], 404)
  })
})
