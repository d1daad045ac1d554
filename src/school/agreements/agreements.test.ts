import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { readPolicyFolder, type Policy } from '../../core/policy/index.ts'
import { canonicalSha256 } from '../../core/standards/index.ts'
import type { Agreement } from '../../core/vocabulary/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import {
  approveAgreement,
  currentPolicy,
  loadPolicy,
  proposedAgreements,
  recordStanding,
  recordTemplate,
} from './index.ts'

const read = await readPolicyFolder(join(import.meta.dirname, '../../../policy'))
assert.ok(read.ok)
const policy = read.value
const store = await openTestStore()
const at = new Date('2026-11-24T07:30:00Z')
const later = new Date('2026-11-25T07:30:00Z')

let urns = 200001
async function newSchool() {
  const urn = String(urns++)
  await addSchool(store, urn)
  const office = store.school(urn, { kind: 'staff', name: 'O. Office', role: 'office' })
  const dpo = store.school(urn, { kind: 'staff', name: 'D. Officer', role: 'dpo' })
  return { urn, office, dpo }
}

const withAgreement = (id: string, change: Partial<Agreement>, from: Policy = policy): Policy => ({
  ...from,
  agreements: new Map(from.agreements).set(id, { ...from.agreements.get(id)!, ...change }),
})

describe('loading a policy', () => {
  it('keeps every document as a version named by its hash, agreements waiting for approval', async () => {
    const { office, dpo } = await newSchool()
    const report = await loadPolicy(office, policy, at)
    assert.equal(report.loaded.length, 7 + policy.recipients.size + policy.agreements.size)
    assert.equal(report.awaitingApproval.length, policy.agreements.size)
    const current = await dpo.read(currentPolicy)
    const otrack = current.agreements.get('otrack')
    assert.ok(otrack)
    assert.deepEqual(otrack.agreement, policy.agreements.get('otrack'))
    assert.equal(otrack.hash, canonicalSha256(policy.agreements.get('otrack')))
    assert.equal(otrack.approvedAt, null)
    assert.deepEqual([...current.items], [...policy.items])
    assert.deepEqual(current.prohibitions, policy.prohibitions)
    assert.deepEqual(current.notice, policy.notice)
    assert.equal(current.publicAuthority, true)
    assert.equal(current.standings.get('otrack')?.identityVerifiedOn, null)
  })

  it('makes no version of what did not change', async () => {
    const { office } = await newSchool()
    await loadPolicy(office, policy, at)
    const again = await loadPolicy(office, policy, later)
    assert.deepEqual(again.loaded, [])
    assert.deepEqual(again.ended, [])
    assert.equal(again.awaitingApproval.length, policy.agreements.size)
    const rows = await office.read((tx) =>
      sql<{ n: number }>`select count(*)::int as n from policy_document`.execute(tx),
    )
    assert.equal(rows.rows[0]?.n, 7 + policy.recipients.size + policy.agreements.size)
  })

  it('refuses a policy of which a static property does not hold, and keeps nothing of it', async () => {
    const { office } = await newSchool()
    const bad = withAgreement('ofsted', { items: [{ item: 'pupil.upn', as: 'as-is' }] })
    await assert.rejects(loadPolicy(office, bad, at), (error: Error & { code?: string; where?: string }) => {
      assert.equal(error.code, 'bad-policy')
      assert.match(error.message, /“ofsted”, item pupil.upn/)
      assert.equal(error.where, 'agreements/ofsted.yaml')
      return true
    })
    await assert.rejects(office.read(currentPolicy), { code: 'not-found' })
  })

  it('ends what is no longer in the policy', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    await approveAgreement(dpo, 'otrack', 1, at)
    const agreements = new Map(policy.agreements)
    agreements.delete('otrack')
    const report = await loadPolicy(office, { ...policy, agreements }, later)
    assert.deepEqual(report.ended, [{ kind: 'agreement', id: 'otrack' }])
    assert.equal((await dpo.read(currentPolicy)).agreements.has('otrack'), false)
    const back = await loadPolicy(office, policy, later)
    assert.deepEqual(back.loaded, [{ kind: 'agreement', id: 'otrack', version: 2 }])
    assert.equal((await dpo.read(currentPolicy)).agreements.get('otrack')?.approvedAt, null)
  })

  it('never shows one school’s policy to another', async () => {
    const one = await newSchool()
    const two = await newSchool()
    await loadPolicy(one.office, policy, at)
    await assert.rejects(two.office.read(currentPolicy), { code: 'not-found' })
  })

  it('convicts a document that was changed in the database', async () => {
    const { urn, office } = await newSchool()
    await loadPolicy(office, withAgreement('otrack', { title: `Tracking at ${urn}` }), at)
    await office.write((tx) =>
      sql`update policy_document set body = jsonb_set(body, '{title}', '"Changed"') where kind = 'agreement' and id = 'otrack'`.execute(
        tx,
      ),
    )
    await assert.rejects(office.read(currentPolicy), {
      code: 'bad-policy',
      where: 'agreement otrack, version 1',
    })
  })
})

describe('approving an agreement', () => {
  it('puts a version in force in the name of the person, and takes the one before out', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    await approveAgreement(dpo, 'otrack', 1, at)
    const first = (await dpo.read(currentPolicy)).agreements.get('otrack')
    assert.deepEqual([first?.version, first?.approvedBy, first?.approvedAt], [1, 'D. Officer', at])

    await loadPolicy(office, withAgreement('otrack', { title: 'Another title' }), later)
    const between = (await dpo.read(currentPolicy)).agreements.get('otrack')
    assert.equal(between?.version, 1, 'the version in force stays until the new one is approved')
    assert.deepEqual(
      (await dpo.read(proposedAgreements)).find(({ agreement }) => agreement.id === 'otrack')?.version,
      2,
    )

    await approveAgreement(dpo, 'otrack', 2, later)
    const second = (await dpo.read(currentPolicy)).agreements.get('otrack')
    assert.deepEqual([second?.version, second?.agreement.title], [2, 'Another title'])
  })

  it('is for the data protection officer and the head, as persons', async () => {
    const { urn, office } = await newSchool()
    await loadPolicy(office, policy, at)
    for (const actor of [
      { kind: 'staff', name: 'O. Office', role: 'office' },
      { kind: 'staff', name: 'S. Lead', role: 'safeguarding-lead' },
      { kind: 'command', name: 'command', role: 'system' },
      { kind: 'job', name: 'nightly', role: 'dpo' },
      { kind: 'staff', name: ' ', role: 'head' },
    ] as const) {
      await assert.rejects(approveAgreement(store.school(urn, actor), 'otrack', 1, at), {
        code: 'not-allowed',
      })
    }
    await approveAgreement(
      store.school(urn, { kind: 'staff', name: 'H. Head', role: 'head' }),
      'otrack',
      1,
      at,
    )
  })

  it('refuses a version that was approved, replaced or never was', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    await loadPolicy(office, withAgreement('otrack', { title: 'Another title' }), at)
    await assert.rejects(approveAgreement(dpo, 'otrack', 1, at), { code: 'conflict' })
    await assert.rejects(approveAgreement(dpo, 'otrack', 3, at), { code: 'not-found' })
    await approveAgreement(dpo, 'otrack', 2, at)
    await assert.rejects(approveAgreement(dpo, 'otrack', 2, at), { code: 'conflict' })
  })

  it('can’t be undone in the store: an approved version never changes', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    await approveAgreement(dpo, 'otrack', 1, at)
    await assert.rejects(
      dpo.write((tx) =>
        sql`update policy_document set body = '{}' where id = 'otrack' and kind = 'agreement'`.execute(tx),
      ),
      { code: 'conflict' },
    )
  })

  it('is withdrawn while it waits when the policy goes back to what is in force', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    await approveAgreement(dpo, 'otrack', 1, at)
    await loadPolicy(office, withAgreement('otrack', { title: 'Another title' }), at)
    const back = await loadPolicy(office, policy, later)
    assert.ok(!back.awaitingApproval.some(({ id }) => id === 'otrack'))
    assert.equal((await dpo.read(currentPolicy)).agreements.get('otrack')?.version, 1)
  })

  it('stands in the ledger', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    const before = await dpo.read((tx) => tx.selectFrom('ledger').select('size').executeTakeFirstOrThrow())
    await approveAgreement(dpo, 'otrack', 1, at)
    const row = await dpo.read((tx) =>
      tx
        .selectFrom('ledger_entry')
        .select(['type', 'leaf'])
        .where('index', '=', before.size)
        .executeTakeFirstOrThrow(),
    )
    assert.equal(row.type, 'policy/v1')
    const leaf = JSON.parse(Buffer.from(row.leaf).toString()) as Record<string, unknown>
    assert.deepEqual([leaf['event'], leaf['id'], leaf['by']], ['approved', 'otrack', 'dpo'])
  })
})

describe('a recipient’s standing', () => {
  it('changes only what is given', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    await recordStanding(
      office,
      { recipientId: 'cpoms', identityVerifiedOn: '2026-09-01', contractOn: '2026-09-02' },
      { host: 'a.example', port: 22 },
    )
    await recordStanding(office, { recipientId: 'cpoms', contractOn: null })
    const standing = (await dpo.read(currentPolicy)).standings.get('cpoms')
    assert.deepEqual([standing?.identityVerifiedOn, standing?.contractOn], ['2026-09-01', null])
    const row = await dpo.read((tx) =>
      tx
        .selectFrom('recipient_standing')
        .select(['endpoint', 'identity_verified_by'])
        .executeTakeFirstOrThrow(),
    )
    assert.deepEqual(row, { endpoint: { host: 'a.example', port: 22 }, identity_verified_by: 'O. Office' })
  })

  it('refuses an unknown recipient and a date that is none', async () => {
    const { office } = await newSchool()
    await loadPolicy(office, policy, at)
    await assert.rejects(recordStanding(office, { recipientId: 'nobody' }), { code: 'not-found' })
    await assert.rejects(recordStanding(office, { recipientId: 'cpoms', contractOn: '2026-02-30' }), {
      code: 'bad-input',
    })
  })

  it('keeps a template that fits, and refuses one that does not', async () => {
    const { office, dpo } = await newSchool()
    await loadPolicy(office, policy, at)
    const header = [
      '\uFEFFPupil Reference',
      'Surname ',
      'Forename',
      'Year Group',
      'Class',
      'Pupil Premium',
      'SEN',
      'EAL',
      'Notes',
    ]
    const fits = await recordTemplate(office, 'otrack', header, at)
    assert.ok(fits.ok)
    assert.deepEqual([fits.value.unfilled, fits.value.sameOrder], [['Notes'], false])
    const row = await dpo.read((tx) =>
      tx
        .selectFrom('recipient_standing')
        .select(['template_header', 'template_checked_on'])
        .executeTakeFirstOrThrow(),
    )
    assert.deepEqual(
      [row.template_header?.[0], row.template_header?.[1], row.template_checked_on],
      ['Pupil Reference', 'Surname', '2026-11-24'],
    )

    const other = await recordTemplate(
      office,
      'otrack',
      header.map((name) => name.replace('EAL', 'eal')).concat('SEN'),
      at,
    )
    assert.ok(!other.ok)
    assert.deepEqual(
      other.error.map(({ header: name, problem }) => [name, problem]),
      [
        ['SEN', 'twice-in-template'],
        ['EAL', 'not-in-template'],
      ],
    )
    assert.match(other.error[1]?.text ?? '', /“eal”/)
    assert.ok(!(await recordTemplate(office, 'local-authority', header, at)).ok)
  })
})
