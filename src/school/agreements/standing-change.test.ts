import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { readPolicyFolder } from '../../core/policy/index.ts'
import { makeIdentity, recipientOf } from '../../core/standards/age/index.ts'
import { compileCase } from '../../core/decide/index.ts'
import {
  changeStanding,
  currentPolicy,
  loadPolicy,
  recipientRecord,
  recordAddress,
  standingChanges,
  type StandingChange,
} from './index.ts'

const at = new Date('2026-11-24T07:30:00Z')
const read = await readPolicyFolder(fileURLToPath(new URL('../../../policy/', import.meta.url)))
assert.ok(read.ok)
const policy = read.value
const store = await openTestStore()
await addSchool(store, '100001')
const school = store.school('100001', { kind: 'staff', name: 'Dev Patel', role: 'dpo' })
await loadPolicy(school, policy, at)
const { identity } = await makeIdentity('x25519')
const key = await recipientOf(identity)

type Without<T> = T extends unknown ? Omit<T, 'recipientId'> : never
const change = (what: Without<StandingChange>, recipientId = 'cpoms') =>
  changeStanding(school, { recipientId, ...what }, at)
const faults = async (what: Without<StandingChange>): Promise<readonly string[]> => {
  const changed = await change(what)
  return changed.ok ? [] : changed.error.map(({ field }) => field)
}
const record = (id = 'cpoms') => school.read((tx) => recipientRecord(tx, id))
/** Which parts of condition 2 refuse the recipient's agreement. */
const missing = (id = 'cpoms') =>
  school.read(async (tx) => {
    const current = await currentPolicy(tx)
    const version = current.agreements.get(id)!
    const recipient = current.recipients.get(version.agreement.recipient)!
    const standing = current.standings.get(recipient.id)!
    const compiled = compileCase(current, { at, version, recipient, standing })
    assert.ok(compiled.ok)
    const reasons = [...compiled.value.gate.values()].flat().filter((reason) => reason.condition === 2)
    return [...new Set(reasons.map(({ code }) => code))].sort()
  })

describe('what a recipient showed', () => {
  it('puts it into good standing, part by part, with who recorded it', async () => {
    assert.deepEqual(await missing(), ['recipient-contract', 'recipient-identity', 'recipient-key'])
    assert.ok((await change({ kind: 'identity-verified', on: '2026-11-20' })).ok)
    assert.ok((await change({ kind: 'contract', on: '2026-09-01', reference: ' Contract 12 ' })).ok)
    assert.deepEqual(await missing(), ['recipient-key'])
    assert.ok((await change({ kind: 'key', ageRecipient: `${key}\n`, expiresOn: '2027-09-01' })).ok)
    assert.deepEqual(await missing(), [])
    const { standing, verifiedBy, contractReference } = await record()
    assert.deepEqual(
      [standing.ageRecipient, verifiedBy, contractReference],
      [key, 'Dev Patel', 'Contract 12'],
    )
    const history = await school.read((tx) => standingChanges(tx, 'cpoms'))
    assert.deepEqual(
      history.map(({ kind, recordedBy }) => [kind, recordedBy]),
      [
        ['key', 'Dev Patel'],
        ['contract', 'Dev Patel'],
        ['identity-verified', 'Dev Patel'],
      ],
    )
  })

  it('must be verified again after a change of name or control, also one on the very day', async () => {
    for (const on of ['2026-11-24', '2026-06-01']) {
      assert.ok((await change({ kind: 'identity-changed', on, what: 'control' })).ok)
      assert.deepEqual(await missing(), ['recipient-identity'])
      assert.equal((await record()).verifiedBy, null)
      assert.ok((await change({ kind: 'identity-verified', on: '2026-11-24' })).ok)
      assert.deepEqual(await missing(), [])
    }
    await change({ kind: 'identity-changed', on: '2026-11-23', what: 'name' })
    assert.deepEqual(await faults({ kind: 'identity-verified', on: '2026-11-22' }), ['on'])
    await change({ kind: 'identity-verified', on: '2026-11-24' })
  })

  it('must be verified again when the policy names it otherwise', async () => {
    const cpoms = policy.recipients.get('cpoms')!
    const renamed = {
      ...policy,
      recipients: new Map([...policy.recipients, ['cpoms', { ...cpoms, name: 'Other Ltd' }]]),
    }
    const moved = { ...cpoms, contact: 'other@example.org' }
    await loadPolicy(school, { ...policy, recipients: new Map([...policy.recipients, ['cpoms', moved]]) }, at)
    assert.deepEqual(await missing(), [], 'another contact is the same recipient')
    await loadPolicy(school, renamed, at)
    assert.deepEqual(await missing(), ['recipient-identity'])
    assert.equal((await record()).standing.identityChangedOn, '2026-11-24')
    await loadPolicy(school, policy, at)
  })

  it('refuses what can’t be, naming the field, and records nothing of it', async () => {
    const before = await record()
    const lines = (await school.read((tx) => standingChanges(tx, 'cpoms'))).length
    assert.deepEqual(await faults({ kind: 'identity-verified', on: '2026-02-30' }), ['on'])
    assert.deepEqual(await faults({ kind: 'identity-verified', on: '2026-11-25' }), ['on'])
    assert.deepEqual(await faults({ kind: 'contract', on: '', reference: ' ' }), ['on', 'reference'])
    assert.deepEqual(await faults({ kind: 'safeguard', on: '2026-11-01', safeguard: '' }), ['safeguard'])
    for (const wrong of [
      '',
      'ssh-ed25519 AAAA',
      `${key.slice(0, -1)}${key.endsWith('q') ? 'p' : 'q'}`,
      key.slice(0, 40),
      identity,
    ]) {
      const changed = await change({ kind: 'key', ageRecipient: wrong, expiresOn: null })
      assert.ok(!changed.ok && !JSON.stringify(changed.error).includes(wrong || '\0'), wrong)
    }
    assert.deepEqual(await faults({ kind: 'key', ageRecipient: key, expiresOn: '2026-11-23' }), ['expiresOn'])
    assert.deepEqual(await record(), before)
    assert.equal((await school.read((tx) => standingChanges(tx, 'cpoms'))).length, lines)
    await assert.rejects(change({ kind: 'contract', on: '2026-09-01', reference: 'x' }, 'nobody'), {
      code: 'not-found',
    })
  })

  it('names the secret that a new address leaves unused', async () => {
    const to = (secret: string | null) =>
      recordAddress(school, 'cpoms', { url: 'https://a.example/' }, secret, at)
    assert.equal(await to('token-1'), null)
    assert.equal(await to('token-1'), null)
    assert.equal(await to('token-2'), 'token-1')
    assert.equal(await to(null), 'token-2')
    const { endpoint } = await record()
    assert.deepEqual(endpoint, { url: 'https://a.example/' })
  })

  it('keeps its history', async () => {
    await assert.rejects(
      school.write((tx) => tx.deleteFrom('standing_change').execute()),
      { code: 'not-allowed' },
    )
  })
})
