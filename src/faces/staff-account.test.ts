import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addSchool } from '../../test/support/school.ts'
import { openTestStore } from '../../test/support/store.ts'
import { checkPassword, hashPassword } from './password.ts'
import { setStaffAccount, signedInWith, signIn, signOut } from './staff-account.store.ts'

const store = await openTestStore()
const school = await addSchool(store)
const at = new Date('2026-11-24T07:30:00Z')
const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
const password = 'lantern otter quilt'

const account = (email: string) =>
  setStaffAccount(school, { email, name: 'Ann Office', role: 'office', password })

describe('passwords', () => {
  it('match only themselves, and a broken hash matches nothing', async () => {
    const stored = await hashPassword(password)
    assert.match(stored, /^\$argon2id\$v=19\$m=32768,t=3,p=1\$/)
    assert.equal(await checkPassword(password, stored), true)
    assert.equal(await checkPassword('lantern otter quilT', stored), false)
    for (const broken of ['', 'plain', stored.slice(0, -30), stored.replace('m=32768', 'm=999999999')]) {
      assert.equal(await checkPassword(password, broken), false)
    }
  })

  it('keep working after their parameters were raised', async () => {
    const { argon2Sync } = await import('node:crypto')
    const nonce = Buffer.alloc(16, 7)
    const tag = argon2Sync('argon2id', {
      message: 'x',
      nonce,
      memory: 8192,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    })
    const old = `$argon2id$v=19$m=8192,t=1,p=1$${nonce.toString('base64').replace(/=+$/, '')}$${tag.toString('base64').replace(/=+$/, '')}`
    assert.equal(await checkPassword('x', old), true)
  })

  it('are refused when short', async () => {
    await assert.rejects(hashPassword('short'), { code: 'bad-input' })
  })
})

describe('signing in', () => {
  it('gives a token that names the person until it is given back', async () => {
    await account('Ann@School.example')
    const token = await signIn(school, ' ann@school.EXAMPLE ', password, at)
    assert.ok(token)
    const staff = await signedInWith(school, token, later(1))
    assert.equal(staff?.name, 'Ann Office')
    assert.equal(staff.role, 'office')
    await signOut(school, token)
    assert.equal(await signedInWith(school, token, later(1)), null)
  })

  it('never stores the token', async () => {
    await account('token@school.example')
    const token = (await signIn(school, 'token@school.example', password, at)) ?? ''
    const rows = await school.read((tx) => tx.selectFrom('staff_session').selectAll().execute())
    assert.ok(rows.length > 0)
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
  })

  it('ends after an hour without use and after ten hours with it', async () => {
    await account('idle@school.example')
    const idle = (await signIn(school, 'idle@school.example', password, at)) ?? ''
    assert.equal(await signedInWith(school, idle, later(61)), null)
    const busy = (await signIn(school, 'idle@school.example', password, at)) ?? ''
    for (let minute = 30; minute < 600; minute += 30)
      assert.ok(await signedInWith(school, busy, later(minute)), `${minute}`)
    assert.equal(await signedInWith(school, busy, later(601)), null)
  })

  it('locks after five wrong tries, also for the right password, and opens again', async () => {
    await account('lock@school.example')
    for (let n = 0; n < 5; n++) assert.equal(await signIn(school, 'lock@school.example', 'wrong', at), null)
    assert.equal(await signIn(school, 'lock@school.example', password, later(14)), null)
    assert.ok(await signIn(school, 'lock@school.example', password, later(16)))
  })

  it('counts tries made at the same time, and looks at no password once the account is locked', async () => {
    const id = await account('race@school.example')
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => signIn(school, 'race@school.example', `wrong ${n}`, at)),
    )
    const row = await school.read((tx) =>
      tx.selectFrom('staff_account').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    )
    assert.equal(row.failed_sign_ins, 5)
    assert.deepEqual(row.locked_until, later(15))
    assert.equal(await signIn(school, 'race@school.example', password, later(1)), null)
  })

  it('answers an unknown address as a wrong password, and a disabled account too', async () => {
    assert.equal(await signIn(school, 'nobody@school.example', password, at), null)
    await account('gone@school.example')
    await school.write((tx) =>
      tx
        .updateTable('staff_account')
        .set({ disabled_at: at })
        .where('email', '=', 'gone@school.example')
        .execute(),
    )
    assert.equal(await signIn(school, 'gone@school.example', password, at), null)
  })

  it('ends the sessions of an account that is given a new password', async () => {
    await account('new@school.example')
    const token = (await signIn(school, 'new@school.example', password, at)) ?? ''
    await account('new@school.example')
    assert.equal(await signedInWith(school, token, at), null)
  })
})
