import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { emailOf, password, playSchool } from '../../../../test/browser/school.ts'
import type { StaffRole } from '../../../core/vocabulary/index.ts'
import * as schema from './schemas.ts'

const played = await playSchool()
after(() => played.stop())

async function session(role: StaffRole): Promise<string> {
  const form = await fetch(`${played.url}/sign-in`)
  const cookie = form.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? ''
  const done = await fetch(`${played.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: played.url },
    body: new URLSearchParams({ _csrf, email: emailOf(role), password, next: '/today' }),
  })
  assert.equal(done.status, 303)
  return (
    done.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .find((pair) => pair?.includes('session')) ?? ''
  )
}

const office = await session('office')
const auditor = await session('auditor')

const get = async (path: string, cookie = office) => {
  const response = await fetch(`${played.url}/api/v1${path}`, { headers: { cookie } })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: (await response.json()) as never,
  }
}
const decide = async (body: unknown, cookie = office, type = 'application/json') => {
  const response = await fetch(`${played.url}/api/v1/decide`, {
    method: 'POST',
    headers: { cookie, 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: (await response.json()) as never,
  }
}

interface Decided {
  readonly outcome: string
  readonly item: string
  readonly reasons: readonly { readonly code: string }[]
}

describe('the API', () => {
  it('describes itself, with a schema for every answer', async () => {
    const { status, body } = await get('/openapi.json', '')
    assert.equal(status, 200)
    const { openapi, paths } = body as {
      openapi: string
      paths: Record<string, Record<string, { responses: object }>>
    }
    assert.equal(openapi, '3.1.0')
    assert.deepEqual(Object.keys(paths).sort(), [
      '/agreements/{id}/permits',
      '/decide',
      '/ledger',
      '/recipients',
      '/releases',
    ])
    for (const methods of Object.values(paths)) {
      for (const { responses } of Object.values(methods)) assert.ok('200' in responses && '401' in responses)
    }
    assert.match(JSON.stringify(body), /"additionalProperties":false/)
  })

  it('needs a session, and answers with a problem', async () => {
    for (const path of ['/recipients', '/releases', '/ledger', '/agreements/otrack/permits']) {
      const { status, type, body } = await get(path, '')
      assert.equal(status, 401, path)
      assert.match(type, /problem\+json/)
      assert.equal((body as { status: number }).status, 401)
    }
    assert.equal((await decide({ agreement: 'otrack', pupil: played.pupilIds[0] }, '')).status, 401)
    assert.equal((await decide({ agreement: 'otrack', pupil: played.pupilIds[0] }, auditor)).status, 403)
  })

  it('lists every recipient with what keeps it shut', async () => {
    const { body } = await get('/recipients')
    const all = body as { id: string; agreement: { id: string; shut: { code: string }[] } }[]
    assert.equal(all.length, 30)
    const shut = (id: string) =>
      all.find((one) => one.agreement.id === id)?.agreement.shut.map(({ code }) => code)
    assert.deepEqual(shut('otrack'), ['agreement-not-approved'])
    assert.deepEqual(shut('inventry'), [])
  })

  it('counts one agreement over the school', async () => {
    const { body } = await get('/agreements/classdojo/permits')
    const { population, items } = body as {
      population: number
      items: { permitted: number; refused: Record<string, number> }[]
    }
    assert.equal(population, 84)
    for (const item of items) {
      assert.equal(item.permitted, 0)
      assert.equal(item.refused['consent-missing'], 84)
    }
  })

  it('decides with reasons and without a value', async () => {
    const [pupil] = played.pupilIds
    const { status, body } = await decide({ agreement: 'times-tables-rock-stars', pupil: played.pupilIds[1] })
    assert.equal(status, 200)
    assert.ok((body as Decided[]).every(({ outcome }) => outcome === 'permit'))
    assert.doesNotMatch(JSON.stringify(body), /Noor|Okafor/)
    const refused = await decide({ agreement: 'times-tables-rock-stars', pupil, item: 'pupil.ethnicity' })
    const [one] = refused.body as Decided[]
    assert.equal(one?.outcome, 'refuse')
    assert.ok(one.reasons.some(({ code }) => code === 'item-not-listed'))
  })

  it('refuses what it can’t read, and says where', async () => {
    for (const body of [
      {},
      { agreement: 'otrack' },
      { agreement: 'OTRACK!', pupil: played.pupilIds[0] },
      { agreement: 'otrack', pupil: 'x' },
      { agreement: 'otrack', pupil: played.pupilIds[0], more: 1 },
    ]) {
      const { status, type } = await decide(body)
      assert.equal(status, 422, JSON.stringify(body))
      assert.match(type, /problem\+json/)
    }
    for (const [body, type] of [
      ['{', 'application/json'],
      ['agreement=otrack', 'application/x-www-form-urlencoded'],
    ] as const) {
      const { status } = await decide(body, office, type)
      assert.ok(status >= 400 && status < 500, `${type} ${status}`)
    }
    assert.equal((await decide({ agreement: 'nobody', pupil: played.pupilIds[0] })).status, 404)
    assert.equal(
      (await decide({ agreement: 'otrack', pupil: '00000000-0000-4000-8000-000000000000' })).status,
      404,
    )
    assert.equal((await get('/agreements/nobody/permits')).status, 404)
  })

  it('lists releases and the head of the ledger', async () => {
    const { body } = await get('/releases')
    const [release] = body as { agreement: string; permittedPupils: number; ledgerIndex: number }[]
    assert.ok(release)
    assert.ok(release.permittedPupils > 0)
    const head = (await get('/ledger')).body as { size: number; vkeys: string[] }
    assert.ok(head.size > release.ledgerIndex)
    assert.equal(head.vkeys.length, 2)
    const checkpoint = await (await fetch(`${played.url}/log/checkpoint`)).text()
    assert.equal(checkpoint.split('\n')[1], String(head.size))
  })

  it('lets no undeclared field out', () => {
    const head = { origin: 'o', size: 1, root: 'r', signedAt: null, vkeys: [] }
    assert.ok(schema.ledgerHead.safeParse(head).success)
    assert.equal(schema.ledgerHead.safeParse({ ...head, surname: 'x' }).success, false)
    assert.equal(schema.recipient.safeParse({ surname: 'x' }).success, false)
  })
})
