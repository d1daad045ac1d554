import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { at, emailOf, password, playCollector, type Side } from '../../../../../test/browser/collection.ts'
import { disableNationalAccount } from '../../../index.ts'
import { asCollector, personByEmail } from '../../../../national/collect/index.ts'
import { accountsOf } from '../../../../national/collect/show/index.ts'

const played = await playCollector()
after(() => played.stop())

const pairs = (response: Response): string[] =>
  response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
const tokenIn = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''

async function signIn(email: string, secret: string): Promise<{ readonly cookie: string }> {
  const form = await fetch(`${played.url}/sign-in`)
  const done = await fetch(`${played.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: pairs(form).join('; '), origin: played.url },
    body: new URLSearchParams({ _csrf: tokenIn(await form.text()), email, password: secret }),
  })
  return { cookie: pairs(done).find((pair) => pair.includes('session')) ?? '' }
}

const cookies: Record<Side, string> = { school: '', authority: '', collector: '' }
for (const side of ['school', 'authority', 'collector'] as const)
  cookies[side] = (await signIn(emailOf(side), password)).cookie

/** Whether this password lets them do one thing: choose their own. */
const mustChoose = async (email: string, secret: string): Promise<boolean> => {
  const { cookie } = await signIn(email, secret)
  return (await get('', cookie)).headers.get('location') === '/password'
}
const get = (path: string, cookie: string): Promise<Response> =>
  fetch(`${played.url}/collect/accounts${path}`, { redirect: 'manual', headers: { cookie } })
const page = async (path: string, side: Side): Promise<string> => {
  const response = await get(path, cookies[side])
  assert.equal(response.status, 200, path)
  return response.text()
}
async function post(path: string, side: Side, fields: readonly (readonly [string, string])[] = []) {
  const body = new URLSearchParams({ _csrf: tokenIn(await page('/new', side)) })
  for (const [name, value] of fields) body.append(name, value)
  const response = await fetch(`${played.url}/collect/accounts${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookies[side], origin: played.url },
    body,
  })
  return { status: response.status, html: await response.text(), to: response.headers.get('location') }
}
const accounts = () => asCollector(played.collector).read(accountsOf)
const idOf = async (email: string): Promise<string> =>
  (await accounts()).find((one) => one.email === email)?.id ?? 'x'
const oneTimeIn = (html: string): string => /gh-code--large">([^<]+)</.exec(html)?.[1] ?? ''
const newPerson = (email: string, more: Record<string, string> = {}) =>
  Object.entries({ name: 'Nora New', email, ...more })

describe('the accounts page of the collection', () => {
  it('lists whom the scope reaches, and opens nobody else', async () => {
    const seen = async (side: Side) => {
      const html = await page('', side)
      return (['school', 'authority', 'collector'] as const).filter((one) => html.includes(emailOf(one)))
    }
    assert.deepEqual(await seen('collector'), ['school', 'authority', 'collector'])
    assert.deepEqual(await seen('authority'), ['school', 'authority'])
    assert.deepEqual(await seen('school'), ['school'])
    const found = await page('?find=wrekin+view', 'collector')
    assert.ok(found.includes(emailOf('school')) && !found.includes(emailOf('authority')))
    assert.ok((await page('?find=%25', 'collector')).includes('No account fits'))
    const of = async (side: Side) => idOf(emailOf(side))
    for (const id of [await of('authority'), await of('collector'), 'x', '%00'])
      assert.equal((await get(`/${id}`, cookies.school)).status, 404, id)
    assert.equal((await get('', '')).headers.get('location'), '/sign-in?next=%2Fcollect%2Faccounts')
    for (const act of ['password', 'disable'])
      assert.equal((await post(`/${await of('collector')}/${act}`, 'authority')).status, 404)
    assert.ok((await signIn(emailOf('collector'), password)).cookie !== '')
  })

  it('adds somebody within the scope, with a one-time password', async () => {
    const email = 'nora@school.example'
    const added = await post('/new', 'school', newPerson(email, { whose: 'collector', source: '100002' }))
    assert.equal(added.status, 200)
    const known = (await accounts()).find((one) => one.email === email)
    assert.deepEqual(
      known?.scope,
      { kind: 'source', laNumber: '894', source: '100001' },
      'its own, whatever was sent',
    )
    assert.ok(await mustChoose(email, oneTimeIn(added.html)))

    const refused = async (side: Side, fields: Record<string, string>, words: RegExp): Promise<void> => {
      const { status, html } = await post('/new', side, newPerson('other@school.example', fields))
      assert.equal(status, 422, JSON.stringify(fields))
      assert.match(html, words)
    }
    await refused('authority', { whose: 'collector' }, /Choose whom they work for/)
    await refused('authority', { whose: 'source', source: '100005' }, /No sender of this number/)
    await refused('collector', { whose: 'authority', authority: '999' }, /No sender of this authority/)
    await refused('collector', { whose: 'source', authority: '894', source: '' }, /Enter the sender/)
    await refused('collector', { whose: 'collector', email }, /has an account with this address/)
    await refused('collector', { whose: 'collector', name: ' ' }, /Enter their name/)
    const { status } = await post(
      '/new',
      'authority',
      newPerson('area@school.example', { whose: 'source', source: '100003' }),
    )
    assert.equal(status, 200)
    assert.equal((await accounts()).length, 5)
  })

  it('disables an account and its sessions at once, and lets it in again with a new password alone', async () => {
    const id = await idOf(emailOf('school'))
    const { cookie } = await signIn(emailOf('school'), password)
    assert.equal((await get('', cookie)).status, 200)
    assert.equal(
      (await post(`/${id}/disable`, 'authority')).to,
      `/collect/accounts/${id}?done=account-disabled`,
    )
    assert.equal((await get('', cookie)).status, 303, 'signed out')
    assert.equal((await signIn(emailOf('school'), password)).cookie, '')
    const { html } = await post(`/${id}/password`, 'authority')
    assert.equal((await signIn(emailOf('school'), password)).cookie, '')
    assert.ok(await mustChoose(emailOf('school'), oneTimeIn(html)))
  })

  it('leaves nobody’s own account, nor the last of the collector’s, to themselves', async () => {
    const own = await idOf(emailOf('collector'))
    for (const act of ['disable', 'password', 'duties'])
      assert.equal((await post(`/${own}/${act}`, 'collector')).status, 403, act)
    await post('/new', 'collector', newPerson('second@department.example', { whose: 'collector' }))
    const second = await idOf('second@department.example')
    assert.equal((await post(`/${second}/disable`, 'collector')).status, 303)
    // As when that one had disabled this one at the same time.
    const keeper = { store: asCollector(played.collector), email: 'second@department.example' }
    await assert.rejects(disableNationalAccount(keeper, own, at), { code: 'conflict' })
    assert.ok((await signIn(emailOf('collector'), password)).cookie !== '')
  })

  it('gives duties to the department’s own people, from its own people', async () => {
    const id = await idOf('second@department.example')
    await post(`/${id}/password`, 'collector')
    const given = [
      ['duties', 'statistics'],
      ['duties', 'match-review'],
    ] as const
    assert.equal((await post(`/${id}/duties`, 'collector', given)).status, 303)
    const person = await asCollector(played.collector).read((tx) =>
      personByEmail(tx, 'second@department.example'),
    )
    assert.deepEqual(person.duties, ['match-review', 'statistics'])
    const form = await page(`/${id}/duties`, 'collector')
    assert.equal(form.match(/ checked/g)?.length, 2)
    const agent = await idOf(emailOf('authority'))
    assert.equal((await post(`/${agent}/duties`, 'collector', given)).status, 422)
    assert.equal((await post(`/${agent}/duties`, 'authority', given)).status, 403)
    assert.equal((await post(`/${id}/duties`, 'collector', [['duties', 'all']])).status, 422)
  })

  it('takes nothing without the form’s token', async () => {
    const id = await idOf('second@department.example')
    const response = await fetch(`${played.url}/collect/accounts/${id}/disable`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookies.collector, origin: played.url },
      body: new URLSearchParams({ _csrf: 'x' }),
    })
    assert.equal(response.status, 403)
    assert.equal((await accounts()).find((one) => one.id === id)?.disabledAt, null)
  })
})
