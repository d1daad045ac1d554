import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { at, emailOf, password, playSchool } from '../../test/browser/school.ts'
import type { Actor } from '../core/vocabulary/index.ts'
import type { NewChoice } from '../school/consent/index.ts'
import { deliverNow, readCopySheet, takeCopySheet } from '../school/deliver/index.ts'
import { contactsOf } from '../school/register/index.ts'
import { dueFeeds, releaseFeed, type Released } from '../school/release/index.ts'
import { currentPolicy } from '../school/agreements/index.ts'
import { doorFor, takeChoice } from './index.ts'

const played = await playSchool()
after(() => played.stop())
const { gatehouse, school } = played
const office: Actor = { kind: 'staff', name: 'Olive Office', role: 'office' }
const door = doorFor(gatehouse, office)
const [, stays = '', leaves = '', byPage = ''] = played.pupilIds

const parentOf = async (pupilId: string): Promise<string> => {
  const [parent] = await school.read((tx) => contactsOf(tx, pupilId))
  assert.ok(parent)
  return parent.id
}
const say = async (pupilId: string, state: NewChoice['state'], purpose = 'classdojo-account') =>
  takeChoice(gatehouse, office, {
    pupilId,
    purpose,
    state,
    giver: { kind: 'contact', contactId: await parentOf(pupilId) },
    method: 'portal',
  })
let keys = 0
const releaseAll = async (): Promise<Released> => {
  const released = await releaseFeed(door, {
    agreementId: 'classdojo',
    requestKey: `choice ${keys++}`,
    at,
  })
  assert.ok(released.kind === 'released', JSON.stringify(released))
  return released
}
const deliver = (releaseId: string) => deliverNow(door, releaseId, { clock: gatehouse.clock })
const stateOf = async (releaseId: string): Promise<string> => {
  const row = await school.read((tx) =>
    tx.selectFrom('delivery').select('state').where('release_id', '=', releaseId).executeTakeFirstOrThrow(),
  )
  return row.state
}
const payloads = async (): Promise<number> =>
  (await school.read((tx) => tx.selectFrom('payload').select('release_id').execute())).length
/** What the ledger says became of a release, in order. */
const logged = async (ledgerIndex: number): Promise<readonly string[]> => {
  const rows = await school.read((tx) =>
    tx.selectFrom('ledger_entry').select('leaf').where('type', '=', 'delivery/v1').orderBy('index').execute(),
  )
  return rows
    .map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()) as { release: number; outcome: string })
    .filter(({ release }) => release === ledgerIndex)
    .map(({ outcome }) => outcome)
}

describe('a withdrawal while a file waits', () => {
  it('stops the file in the same transaction; what is released then is made without the pupil', async () => {
    const before = await payloads()
    for (const id of [stays, leaves, byPage]) assert.ok((await say(id, 'given')).ok)
    const waiting = await releaseAll()
    assert.equal(waiting.permittedPupils, 3)
    const no = await say(leaves, 'withdrawn')
    assert.ok(no.ok)
    assert.deepEqual(
      no.value.holders.map(({ releaseId, where }) => [releaseId, where]),
      [[waiting.releaseId, 'stopped']],
    )
    assert.deepEqual(await deliver(waiting.releaseId), { kind: 'left-alone', state: 'cancelled' })
    assert.deepEqual(await logged(waiting.ledgerIndex), ['cancelled'])
    assert.equal(await payloads(), before)
    const tasks = await school.read((tx) =>
      tx.selectFrom('task').select('kind').where('kind', '=', 'recall-due').execute(),
    )
    assert.deepEqual(tasks, [], 'nobody holds anything, so nothing is to be recalled')

    const next = await releaseAll()
    assert.equal(next.permittedPupils, 2)
    await deliver(next.releaseId)
    assert.equal((await readCopySheet(school, next.releaseId)).rows.length, 2)
  })

  it('stops a sheet that is laid out and not yet entered, by the page too, which says so', async () => {
    const laid = await releaseAll()
    assert.deepEqual(await deliver(laid.releaseId), { kind: 'sent' })
    const cookie = await signIn()
    const done = await fetch(`${played.url}/pupils/${byPage}/choices`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: played.url },
      body: new URLSearchParams({
        _csrf: await tokenOf(cookie),
        purpose: 'classdojo-account',
        state: 'withdrawn',
        giver: await parentOf(byPage),
        method: 'paper',
      }),
    })
    assert.equal(done.headers.get('location'), `/pupils/${byPage}?done=stopped#consent`)
    assert.equal(await stateOf(laid.releaseId), 'cancelled')
    await assert.rejects(readCopySheet(school, laid.releaseId), { code: 'not-found' })
    await assert.rejects(takeCopySheet(school, laid.releaseId, at), { code: 'not-found' })
    assert.deepEqual(await logged(laid.ledgerIndex), ['sent', 'cancelled'])
  })

  it('stops nothing when the choice is not recorded, when it is another purpose, or for another pupil', async () => {
    const waiting = await releaseAll()
    assert.equal(waiting.permittedPupils, 1)
    assert.ok(!(await say(stays, 'refused')).ok)
    assert.ok((await say(stays, 'refused', 'website-photo')).ok)
    assert.ok(!(await say(leaves, 'withdrawn')).ok)
    assert.equal(await stateOf(waiting.releaseId), 'queued')
    await deliver(waiting.releaseId)
    await takeCopySheet(school, waiting.releaseId, at)
    const no = await say(stays, 'withdrawn')
    assert.ok(no.ok)
    assert.equal(no.value.holders.find(({ releaseId }) => releaseId === waiting.releaseId)?.where, 'held')
    assert.deepEqual(await logged(waiting.ledgerIndex), ['sent', 'acknowledged'])
  })

  it('leaves the schedule as if the stopped file had never been made', async () => {
    const due = await school.read(async (tx) => dueFeeds(tx, (await currentPolicy(tx)).agreements, at))
    const { last } = due.find(({ version }) => version.agreement.id === 'classdojo') ?? {}
    assert.equal(last, undefined, 'it was taken once this year, so it is not due')
    await school.write((tx) =>
      tx
        .updateTable('delivery')
        .set({ state: 'cancelled' })
        .where('release_id', 'in', (e) =>
          e.selectFrom('release').select('id').where('agreement_id', '=', 'classdojo'),
        )
        .execute(),
    )
    const again = await school.read(async (tx) => dueFeeds(tx, (await currentPolicy(tx)).agreements, at))
    assert.equal(again.find(({ version }) => version.agreement.id === 'classdojo')?.last, null)
  })

  it('says plainly that nobody holds data under a purpose that no agreement uses', async () => {
    assert.ok((await say(stays, 'given', 'social-media')).ok)
    const cookie = await signIn()
    const page = await (await fetch(`${played.url}/consent`, { headers: { cookie } })).text()
    assert.match(page, /Photographs on social media/)
    assert.match(page, /No agreement uses it: Gatehouse sends nothing under it/)
    assert.match(page, /ClassDojo account/)
    const done = await fetch(`${played.url}/pupils/${stays}/choices`, {
      method: 'POST',
      headers: { cookie, origin: played.url },
      body: new URLSearchParams({
        _csrf: await tokenOf(cookie),
        purpose: 'social-media',
        state: 'withdrawn',
        giver: await parentOf(stays),
        method: 'paper',
      }),
    })
    assert.match(await done.text(), /no recipient holds data under it through Gatehouse/)
    const tasks = await (await fetch(`${played.url}/tasks`, { headers: { cookie } })).text()
    assert.match(tasks, /A consent ended that no agreement uses/)
  })
})

const crumbs = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
const tokenIn = async (response: Response): Promise<string> =>
  /name="_csrf" value="([^"]+)"/.exec(await response.text())?.[1] ?? ''

async function signIn(): Promise<string> {
  const form = await fetch(`${played.url}/sign-in`)
  const cookie = crumbs(form)
  const done = await fetch(`${played.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: played.url },
    body: new URLSearchParams({
      _csrf: await tokenIn(form),
      email: emailOf('dpo'),
      password,
      next: '/today',
    }),
  })
  assert.equal(done.status, 303)
  return crumbs(done)
}

const tokenOf = async (cookie: string): Promise<string> =>
  tokenIn(await fetch(`${played.url}/pupils/${stays}`, { headers: { cookie } }))
