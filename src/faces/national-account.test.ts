import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../test/support/store.ts'
import type { NationalScope } from '../core/vocabulary/index.ts'
import { addAccount } from '../national/collect/index.ts'
import { testCollector, testSource } from '../national/collect/testing/test-collector.ts'
import {
  chooseNationalPassword,
  giveNationalPassword,
  nationalSignedInWith,
  setNationalPassword,
  signInNational,
  signOutNational,
} from './national-account.store.ts'

const store = await openTestStore()
await testCollector(store, [testSource('100001')])
const national = store.national({ kind: 'collector' }, { kind: 'job', name: 'test', role: 'collector' })
const at = new Date('2026-10-22T09:00:00Z')
const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
const password = 'lantern otter quilt'

const add = async (email: string, scope: NationalScope): Promise<void> => {
  await national.write((tx) => addAccount(tx, { scope, email, name: 'Alma' }, at))
  await setNationalPassword(national, email, password)
}
const tokenOf = async (email: string, when = at): Promise<string> => {
  const token = await signInNational(national, email, password, when)
  assert.ok(token !== null, email)
  return token
}

describe('an account of the national side', () => {
  it('has the scope and the role that it was given', async () => {
    await add('la@returns.example', { kind: 'authority', laNumber: '894' })
    await add('dfe@returns.example', { kind: 'collector' })
    const signedIn = await nationalSignedInWith(national, await tokenOf(' LA@Returns.example '), at)
    assert.deepEqual(signedIn?.person.scope, { kind: 'authority', laNumber: '894' })
    assert.equal(signedIn.person.actor.role, 'agent')
    assert.equal(signedIn.mustChoosePassword, false)
    const collector = await nationalSignedInWith(national, await tokenOf('dfe@returns.example'), at)
    assert.equal(collector?.person.actor.role, 'collector')
  })

  it('signs nobody in with another password, none, or after it was disabled', async () => {
    await add('one@returns.example', { kind: 'authority', laNumber: '894' })
    await national.write((tx) =>
      addAccount(tx, { scope: { kind: 'collector' }, email: 'none@returns.example', name: 'N' }, at),
    )
    assert.equal(await signInNational(national, 'one@returns.example', 'another password', at), null)
    assert.equal(await signInNational(national, 'none@returns.example', '', at), null)
    assert.equal(await signInNational(national, 'nobody@returns.example', password, at), null)
    const token = await tokenOf('one@returns.example')
    await national.write((tx) =>
      tx
        .updateTable('national_account')
        .set({ disabled_at: at })
        .where('email', '=', 'one@returns.example')
        .execute(),
    )
    assert.equal(await nationalSignedInWith(national, token, at), null)
    assert.equal(await signInNational(national, 'one@returns.example', password, at), null)
  })

  it('rests after five wrong tries, and wakes up', async () => {
    await add('tired@returns.example', { kind: 'authority', laNumber: '894' })
    for (let n = 0; n < 5; n++)
      assert.equal(await signInNational(national, 'tired@returns.example', 'wrong and wrong', at), null)
    assert.equal(await signInNational(national, 'tired@returns.example', password, later(14)), null)
    await tokenOf('tired@returns.example', later(16))
  })

  it('keeps a used session for an hour at a time and for ten in all, and ends it on signing out', async () => {
    await add('long@returns.example', { kind: 'authority', laNumber: '894' })
    const token = await tokenOf('long@returns.example')
    for (let hours = 0; hours < 10; hours += 0.75)
      assert.ok(await nationalSignedInWith(national, token, later(hours * 60)), String(hours))
    assert.equal(await nationalSignedInWith(national, token, later(601)), null)
    const idle = await tokenOf('long@returns.example')
    assert.equal(await nationalSignedInWith(national, idle, later(61)), null)
    const left = await tokenOf('long@returns.example')
    await signOutNational(national, left)
    assert.equal(await nationalSignedInWith(national, left, at), null)
  })

  it('with a one-time password must choose its own, which ends every session', async () => {
    const email = 'new@returns.example'
    await add(email, { kind: 'source', laNumber: '894', source: '100001' })
    const given = await giveNationalPassword(national, email, at)
    assert.equal(await signInNational(national, email, password, at), null)
    assert.equal(await signInNational(national, email, given, later(3 * 24 * 60 + 1)), null)
    const token = (await signInNational(national, email, given, at)) ?? ''
    assert.equal((await nationalSignedInWith(national, token, at))?.mustChoosePassword, true)
    const choose = (present: string, next: string) =>
      chooseNationalPassword(national, email, { present, next })
    assert.equal((await choose('wrong', 'quiet maple drum')).ok, false)
    assert.equal((await choose(given, 'short')).ok, false)
    assert.equal((await choose(given, given)).ok, false)
    assert.ok((await choose(given, 'quiet maple drum')).ok)
    assert.equal(await nationalSignedInWith(national, token, at), null)
    assert.equal(await signInNational(national, email, given, at), null)
  })
})
