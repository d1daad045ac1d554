import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addSchool } from '../../test/support/school.ts'
import { openTestStore } from '../../test/support/store.ts'
import {
  addStaffMember,
  changeStaffRole,
  chooseOwnPassword,
  disableStaffMember,
  oneTimeDays,
  resetStaffPassword,
  staffMembers,
} from './manage-staff.store.ts'
import { setStaffAccount, signedInWith, signIn } from './staff-account.store.ts'

const store = await openTestStore()
const school = await addSchool(store)
const at = new Date('2026-11-24T07:30:00Z')
const days = (n: number): Date => new Date(at.getTime() + n * 86_400_000)
const head = await setStaffAccount(school, {
  email: 'head@school.example',
  name: 'Harriet Head',
  role: 'head',
  password: 'lantern otter quilt',
})
const add = async (email: string, role: 'office' | 'dpo' = 'office') => {
  const added = await addStaffMember(school, { email, name: 'New Person', role }, at)
  assert.ok(added.ok)
  return added.value
}

describe('staff accounts', () => {
  it('begin with a one-time password that only lets its holder choose their own', async () => {
    const { id, password } = await add('ann@school.example')
    const token = await signIn(school, 'ann@school.example', password, at)
    assert.ok(token)
    assert.equal((await signedInWith(school, token, at))?.mustChoosePassword, true)
    const wrong = await chooseOwnPassword(school, id, { present: 'x', next: 'harbour pencil moss' })
    assert.ok(!wrong.ok && wrong.error.field === 'present')
    for (const next of ['short', password]) {
      const bad = await chooseOwnPassword(school, id, { present: password, next })
      assert.ok(!bad.ok && bad.error.field === 'next')
    }
    assert.ok((await chooseOwnPassword(school, id, { present: password, next: 'harbour pencil moss' })).ok)
    assert.equal(await signedInWith(school, token, at), null, 'sessions of the old password end')
    assert.equal(await signIn(school, 'ann@school.example', password, at), null, 'it worked once')
    const own = await signIn(school, 'ann@school.example', 'harbour pencil moss', days(400))
    assert.equal((await signedInWith(school, own ?? '', days(400)))?.mustChoosePassword, false)
  })

  it('let nobody in with a one-time password that lay too long', async () => {
    const { password } = await add('late@school.example')
    assert.equal(await signIn(school, 'late@school.example', password, days(oneTimeDays)), null)
  })

  it('take one address once, and name every field that is wrong', async () => {
    await add('twice@school.example')
    const again = await addStaffMember(
      school,
      { email: ' TWICE@school.example ', name: 'x', role: 'office' },
      at,
    )
    assert.ok(!again.ok && again.error[0]?.field === 'email')
    const wrong = await addStaffMember(school, { email: 'nothing', name: ' ', role: 'office' }, at)
    assert.ok(!wrong.ok)
    assert.deepEqual(
      wrong.error.map(({ field }) => field),
      ['name', 'email'],
    )
  })

  it('are disabled at once, and let in again by a new one-time password', async () => {
    const { id, password } = await add('gone@school.example')
    const token = await signIn(school, 'gone@school.example', password, at)
    await disableStaffMember(school, id, at)
    assert.equal(await signedInWith(school, token ?? '', at), null)
    assert.equal(await signIn(school, 'gone@school.example', password, at), null)
    assert.equal((await school.read(staffMembers)).at(-1)?.id, id, 'those disabled come last')
    const fresh = await resetStaffPassword(school, id, at)
    assert.ok(await signIn(school, 'gone@school.example', fresh, at))
  })

  it('always leave a head or data protection officer who can look after them', async () => {
    await assert.rejects(disableStaffMember(school, head, at), { code: 'conflict' })
    await assert.rejects(changeStaffRole(school, head, 'office'), { code: 'conflict' })
    await changeStaffRole(school, head, 'dpo')
    const { id } = await add('second@school.example', 'dpo')
    await changeStaffRole(school, head, 'office')
    await assert.rejects(disableStaffMember(school, id, at), { code: 'conflict' })
    await assert.rejects(disableStaffMember(school, 'aaaaaaaa-1111-4111-8111-111111111111', at), {
      code: 'not-found',
    })
  })
})
