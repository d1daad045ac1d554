import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { emailOf, password, playSchool } from '../../../../test/browser/school.ts'
import type { StaffRole } from '../../../core/vocabulary/index.ts'

const played = await playSchool()
after(() => played.stop())
const { school, url } = played

const pairs = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
const tokenIn = (html: string): string => /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? ''

async function visitor(role: StaffRole) {
  const form = await fetch(`${url}/sign-in`)
  const done = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: pairs(form), origin: url },
    body: new URLSearchParams({
      _csrf: tokenIn(await form.text()),
      email: emailOf(role),
      password,
      next: '/today',
    }),
  })
  const cookie = pairs(done)
  const get = async (path: string): Promise<string> =>
    (await fetch(`${url}${path}`, { headers: { cookie } })).text()
  const _csrf = tokenIn(await get('/tasks'))
  const post = (path: string): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: url },
      body: new URLSearchParams({ _csrf }),
    })
  return { get, post }
}

const releaseOf = async (agreement: string): Promise<{ id: string; ledger_index: number }> =>
  school.read((tx) =>
    tx
      .selectFrom('release')
      .select(['id', 'ledger_index'])
      .where('agreement_id', '=', agreement)
      .executeTakeFirstOrThrow(),
  )
const setState = (id: string, state: string): Promise<unknown> =>
  school.write((tx) => tx.updateTable('delivery').set({ state }).where('release_id', '=', id).execute())

const office = await visitor('office')
const auditor = await visitor('auditor')

describe('handing over by hand', () => {
  it('is for those who may release, and of a release that there is', async () => {
    const { id } = await releaseOf('times-tables-rock-stars')
    for (const what of ['link', 'sheet', 'entered', 'retry', 'arrived']) {
      assert.equal((await auditor.post(`/releases/${id}/${what}`)).status, 403, what)
      for (const other of ['00000000-0000-4000-8000-000000000000', 'x', "'"])
        assert.equal((await office.post(`/releases/${other}/${what}`)).status, 404, `${what} ${other}`)
    }
  })

  it('tries once more, or takes somebody’s word that it arrived, only where a file is stuck', async () => {
    const { id } = await releaseOf('times-tables-rock-stars')
    assert.equal((await office.post(`/releases/${id}/retry`)).status, 409)
    assert.equal((await office.post(`/releases/${id}/arrived`)).status, 409)
    await setState(id, 'dead')
    const done = await office.post(`/releases/${id}/retry`)
    assert.equal(done.headers.get('location'), '/agreements/times-tables-rock-stars?done=retried')
    assert.equal((await office.post(`/releases/${id}/retry`)).status, 409, 'once')
    await setState(id, 'dead')
    const told = await office.post(`/releases/${id}/arrived`)
    assert.equal(told.headers.get('location'), '/agreements/times-tables-rock-stars?done=entered')
  })
})

describe('what people are told left', () => {
  it('is what left: not what waits, and not what was stopped', async () => {
    const { id, ledger_index } = await releaseOf('times-tables-rock-stars')
    const pupil = `/pupils/${played.pupilIds[9] ?? ''}`
    const held = /<h2[^>]*id="has">[\s\S]*?<h2/
    const inFigures = async (): Promise<number> =>
      Number(
        /gh-figure__label">files? left today<\/dt>\s*<dd[^>]*>(\d+)/.exec(await office.get('/today'))?.[1],
      )
    await setState(id, 'queued')
    const before = await inFigures()
    assert.match(await office.get(pupil), /The latest file has not reached them yet/)
    await setState(id, 'acknowledged')
    assert.equal(await inFigures(), before + 1)
    assert.match(held.exec(await office.get(pupil))?.[0] ?? '', /Times Tables Rock Stars/)
    await setState(id, 'cancelled')
    assert.equal(await inFigures(), before)
    const page = await office.get(pupil)
    assert.match(page, /Stopped before they left/)
    assert.doesNotMatch(page, new RegExp(`receipts/${ledger_index}"`), 'no card says that they have it')
  })
})
