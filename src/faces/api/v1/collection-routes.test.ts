import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  emailOf,
  faulty,
  messageOf,
  password,
  playCollector,
  type Side,
} from '../../../../test/browser/collection.ts'

const played = await playCollector()
after(() => played.stop())

const pairs = (response: Response): string[] =>
  response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
const tokenIn = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''

async function session(side: Side): Promise<string> {
  const form = await fetch(`${played.url}/sign-in`)
  const done = await fetch(`${played.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: pairs(form).join('; '), origin: played.url },
    body: new URLSearchParams({ _csrf: tokenIn(await form.text()), email: emailOf(side), password }),
  })
  assert.equal(done.headers.get('location'), '/collect')
  return pairs(done).find((pair) => pair.includes('session')) ?? ''
}

const cookies = {
  school: await session('school'),
  authority: await session('authority'),
  collector: await session('collector'),
}
const id = played.returns.get('100002') ?? ''

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: never
}
const answered = async (response: Response): Promise<Answer> => ({
  status: response.status,
  type: response.headers.get('content-type') ?? '',
  body: (await response.json()) as never,
})
const get = async (path: string, side: Side | null = 'collector') =>
  answered(
    await fetch(`${played.url}/api/v1/collections${path}`, {
      headers: side ? { cookie: cookies[side] } : {},
    }),
  )
const post = async (path: string, body: unknown, side: Side = 'collector') =>
  answered(
    await fetch(`${played.url}/api/v1/collections${path}`, {
      method: 'POST',
      headers: { cookie: cookies[side], 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )

interface Listed {
  readonly total: number
  readonly returns: readonly { readonly source: string; readonly state: string }[]
}
interface Shown {
  readonly state: string
  readonly moves: readonly string[]
  readonly errors: number
  readonly unresolved: { readonly errors: number; readonly undecided: number }
  readonly history: readonly { readonly move: string }[]
}

describe('the API of the collection', () => {
  it('describes itself', async () => {
    const described = await answered(await fetch(`${played.url}/api/v1/openapi.json`))
    const { paths } = described.body as { paths: Record<string, Record<string, { responses: object }>> }
    assert.deepEqual(Object.keys(paths).sort(), [
      '/collections',
      '/collections/returns/{id}',
      '/collections/returns/{id}/findings',
      '/collections/returns/{id}/moves',
      '/collections/returns/{id}/notes',
      '/collections/returns/{id}/notes/acceptance',
      '/collections/returns/{id}/notes/{note}/decision',
      '/collections/{collection}/{year}/{term}/returns',
      '/match/decisions/{id}/undoing',
      '/match/pairs',
      '/match/pairs/{id}',
      '/match/pairs/{id}/decisions',
      '/match/references/{reference}',
      '/match/report',
    ])
    for (const methods of Object.values(paths))
      for (const { responses } of Object.values(methods)) assert.ok('200' in responses && '401' in responses)
  })

  it('needs a session, and answers with a problem', async () => {
    for (const path of ['', `/returns/${id}`, `/returns/${id}/findings`, '/school-census/2026/AUT/returns']) {
      const { status, type } = await get(path, null)
      assert.equal(status, 401, path)
      assert.match(type, /problem\+json/)
    }
  })

  it('lists what the session reaches, filtered', async () => {
    const list = async (query: string, side: Side): Promise<Listed> =>
      (await get(`/school-census/2026/AUT/returns${query}`, side)).body
    assert.equal((await list('', 'collector')).total, 6)
    assert.equal((await list('', 'authority')).total, 4)
    assert.deepEqual(
      (await list('', 'school')).returns.map(({ source }) => source),
      ['100001'],
    )
    assert.deepEqual(
      (await list('?state=submitted', 'collector')).returns.map(({ source }) => source),
      ['100003'],
    )
    assert.equal((await list('?authority=933', 'collector')).total, 2)
    assert.equal((await list('?authority=933', 'authority')).total, 0)
    assert.equal((await list('?find=park', 'collector')).total, 1)
    assert.equal((await list('?find=10000', 'collector')).total, 6)
    assert.equal(
      (await list('?find=%25', 'collector')).total,
      0,
      'a sign of patterns is a letter like others',
    )
    assert.equal((await list('?page=2', 'collector')).returns.length, 0)
    assert.equal((await get('/school-census/2026/AUT/returns?state=odd')).status, 422)
    const rounds = (await get('')).body as readonly { term: string }[]
    assert.deepEqual(
      rounds.map(({ term }) => term),
      ['AUT'],
    )
  })

  it('shows one return to those whose scope reaches it', async () => {
    for (const path of ['', '/findings', '/notes'])
      assert.equal((await get(`/returns/${id}${path}`, 'school')).status, 404, path)
    const shown = (await get(`/returns/${id}`, 'authority')).body as Shown
    assert.equal(shown.state, 'loaded-and-validated')
    assert.deepEqual(
      shown.history.map(({ move }) => move),
      ['replace', 'validate'],
    )
    assert.deepEqual(shown.moves, ['withdraw'], 'errors stand: it can’t be submitted')
    assert.equal(shown.unresolved.errors, shown.errors)
    const { findings, total } = (await get(`/returns/${id}/findings`)).body as {
      findings: readonly { rule: string; severity: string; location: string; status: string }[]
      total: number
    }
    assert.equal(findings.length, total)
    assert.ok(findings.some(({ rule, severity }) => rule === '1610' && severity === 'error'))
  })

  it('writes a note, refuses it in the domain’s words, and decides on it', async () => {
    const note = { kind: 'explanation', rule: '2040', text: 'Confirmed' }
    const refused = await post(`/returns/${id}/notes`, note, 'authority')
    assert.equal(refused.status, 422)
    assert.match(JSON.stringify(refused.body), /asks for a reason/)
    const text = 'The school fills up year by year and has no year 2 yet.'
    assert.equal(
      (await post(`/returns/${id}/notes`, { ...note, text }, 'collector')).status,
      422,
      'not its kind',
    )
    assert.equal((await post(`/returns/${id}/notes`, { ...note, extra: 1 }, 'authority')).status, 422)
    const written = await post(`/returns/${id}/notes`, { ...note, text }, 'authority')
    assert.equal(written.status, 200)
    const { note: noteId } = written.body as { note: string }
    const decide = (body: unknown, side: Side = 'collector') =>
      post(`/returns/${id}/notes/${noteId}/decision`, body, side)
    assert.equal((await decide({ outcome: 'accepted' }, 'authority')).status, 403)
    assert.equal((await decide({ outcome: 'rejected' })).status, 422, 'without a reason')
    assert.equal((await decide({ outcome: 'accepted' })).status, 200)
    const notes = (await get(`/returns/${id}/notes`)).body as readonly { id: string; outcome: string }[]
    assert.deepEqual(
      notes.map(({ id: own, outcome }) => [own, outcome]),
      [[noteId, 'accepted']],
    )
  })

  it('accepts together what waits, with a reason, and offers it on the page to whoever may', async () => {
    const approved = played.returns.get('100003') ?? ''
    const text = 'The school fills up year by year and has no year 2 yet.'
    await post(`/returns/${approved}/notes`, { kind: 'explanation', rule: '2040', text }, 'authority')
    const accept = (body: unknown, side: Side) => post(`/returns/${approved}/notes/acceptance`, body, side)
    assert.equal((await accept({ reason: 'Seen' }, 'school')).status, 404)
    assert.equal((await accept({ reason: ' ' }, 'authority')).status, 422)
    assert.deepEqual((await accept({ reason: 'Seen', rule: '1610' }, 'authority')).body, { accepted: [] })
    const page = async (side: Side): Promise<string> =>
      (
        await fetch(`${played.url}/collect/returns/${approved}`, { headers: { cookie: cookies[side] } })
      ).text()
    assert.match(await page('authority'), /Accept the note that waits/)
    const done = (await accept({ reason: 'Seen at our visit' }, 'authority')).body as { accepted: string[] }
    const notes = (await get(`/returns/${approved}/notes`)).body as readonly Record<string, unknown>[]
    assert.deepEqual(
      notes.map((note) => [
        note['id'],
        note['outcome'],
        note['reason'],
        note['decidedBy'],
        note['carriedFrom'],
      ]),
      [[done.accepted[0], 'accepted', 'Seen at our visit', 'Alma Agent', null]],
    )
    const csrf = tokenIn(await page('collector'))
    assert.doesNotMatch(await page('collector'), /Accept the note/)
    await post(
      `/returns/${approved}/notes`,
      { kind: 'explanation', rule: '2040', text: `${text} It will in 2027.` },
      'authority',
    )
    const send = (reason: string) =>
      fetch(`${played.url}/collect/returns/${approved}/accept`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: cookies.collector, origin: played.url },
        body: new URLSearchParams({ _csrf: csrf, reason }),
      })
    const refused = await send(' ')
    assert.equal(refused.status, 422)
    assert.match(await refused.text(), /asks for a reason/)
    assert.equal((await send('As the authority says')).status, 303)
    const after = (await get(`/returns/${approved}/notes`)).body as readonly { decidedBy: string | null }[]
    assert.deepEqual(after.map(({ decidedBy }) => decidedBy).sort(), ['Alma Agent', 'Colin Lector'])
  })

  it('makes moves, or says why not', async () => {
    const submitted = played.returns.get('100003') ?? ''
    const move = (body: unknown, side: Side, of = submitted) => post(`/returns/${of}/moves`, body, side)
    assert.equal((await move({ move: 'authorise' }, 'authority')).status, 403)
    assert.equal((await move({ move: 'authorise' }, 'collector')).status, 409, 'not approved yet')
    assert.equal((await move({ move: 'submit' }, 'authority', id)).status, 409, 'errors stand')
    assert.equal((await move({ move: 'reject' }, 'authority')).status, 422, 'without a reason')
    assert.equal((await move({ move: 'approve' }, 'school')).status, 404)
    const done = await move({ move: 'approve' }, 'authority')
    assert.deepEqual(done.body, { return: submitted, from: 'submitted', state: 'approved' })
    assert.equal((await move({ move: 'delete' }, 'collector')).status, 422)
  })
})

describe('a file sent from a browser', () => {
  const send = async (parts: readonly (readonly [string, string | Blob])[], cookie = cookies.school) => {
    const form = new FormData()
    for (const [name, value] of parts)
      if (typeof value === 'string') form.append(name, value)
      else form.append(name, value, 'census.xml')
    return fetch(`${played.url}/collect/send`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: played.url },
      body: form,
    })
  }
  const token = async (): Promise<string> =>
    tokenIn(await (await fetch(`${played.url}/collect/send`, { headers: { cookie: cookies.school } })).text())
  const file = new Blob([messageOf('100001', faulty)])

  it('is taken in only after its form’s token', async () => {
    const csrf = await token()
    for (const parts of [
      [['file', file]],
      [
        ['file', file],
        ['_csrf', csrf],
      ],
      [
        ['_csrf', 'another'],
        ['file', file],
      ],
    ] as const)
      assert.equal((await send(parts)).status, 403)
    assert.equal(
      (
        await send(
          [
            ['_csrf', csrf],
            ['file', file],
          ],
          'none=1',
        )
      ).status,
      303,
      'to the sign-in page',
    )
    const list = (await get('/school-census/2026/AUT/returns', 'school')).body as Listed
    assert.deepEqual(
      list.returns.map(({ state }) => state),
      ['no-data'],
    )
  })

  it('that is none is refused and leaves nothing', async () => {
    const csrf = await token()
    const response = await send([
      ['_csrf', csrf],
      ['file', new Blob(['not a return'])],
    ])
    assert.equal(response.status, 422)
    assert.equal((await fetch(`${played.url}/collect/send`, { method: 'POST', body: 'x' })).status, 403)
  })

  it('of another site is refused', async () => {
    const response = await fetch(`${played.url}/collect/send`, {
      method: 'POST',
      headers: { cookie: cookies.school, origin: 'https://elsewhere.example' },
      body: new FormData(),
    })
    assert.equal(response.status, 403)
  })

  it('is received, once', async () => {
    const response = await send([
      ['_csrf', await token()],
      ['reason', ''],
      ['file', file],
    ])
    assert.equal(response.status, 303)
    assert.match(response.headers.get('location') ?? '', /\/collect\/returns\/[0-9a-f-]{36}\?done=received$/)
    const again = await send([
      ['_csrf', await token()],
      ['file', file],
    ])
    assert.equal(again.status, 422)
    assert.match(await again.text(), /A return stands already/)
  })
})
