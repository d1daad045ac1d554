import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readPolicyFolder } from '../../core/policy/index.ts'
import type { Agreement } from '../../core/vocabulary/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import {
  approveAgreement,
  currentPolicy,
  exportPolicy,
  impactOf,
  loadPolicy,
  recordStanding,
} from './index.ts'

const read = await readPolicyFolder(join(import.meta.dirname, '../../../policy'))
assert.ok(read.ok)
const policy = read.value
const store = await openTestStore()
const at = new Date('2026-11-24T07:30:00Z')
await addSchool(store, '300001')
const dpo = store.school('300001', { kind: 'staff', name: 'D. Officer', role: 'dpo' })
await loadPolicy(dpo, policy, at)
await approveAgreement(dpo, 'otrack', 1, at)

const pupils = new Map<string, string>()
for (const [misId, yearGroup, sen] of [
  ['nursery', 'N2', null],
  ['reception', 'R', null],
  ['year 3', '3', 'K'],
  ['year 6', '6', null],
] as const) {
  const { id } = await dpo.write((tx) =>
    tx
      .insertInto('pupil')
      .values({
        school_urn: '300001',
        mis_id: misId,
        surname: 'Secretname',
        forename: 'Ann',
        date_of_birth: '2018-02-03',
        sex: 'F',
        year_group: yearGroup,
        sen_provision: sen,
        enrolment_status: 'C',
        entry_date: '2022-09-01',
        source_digest: 'x',
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  pupils.set(misId, id)
}

const otrack = policy.agreements.get('otrack')!
const impact = (proposed: Agreement) =>
  dpo.read(async (tx) => impactOf(tx, await currentPolicy(tx), proposed, at))

describe('the impact of a change', () => {
  it('is nothing when nothing changes', async () => {
    const same = await impact(otrack)
    assert.deepEqual([same.gaining, same.losing, same.changing, same.items], [0, 0, 0, []])
    assert.deepEqual(same.pupils, { before: 3, after: 3 })
    assert.equal(same.comparedWith, 1)
  })

  it('tells who gains and loses which items, with the ids of some pupils', async () => {
    const result = await impact({
      ...otrack,
      items: [...otrack.items.filter(({ item }) => item !== 'pupil.eal'), { item: 'pupil.sex', as: 'as-is' }],
    })
    const all = ['reception', 'year 3', 'year 6'].map((name) => pupils.get(name)!).sort()
    assert.deepEqual([result.gaining, result.losing, result.changing], [3, 3, 0])
    assert.deepEqual(
      result.items.map(({ item, gains, loses }) => [item, gains, loses]),
      [
        ['pupil.eal', 0, 3],
        ['pupil.sex', 3, 0],
      ],
    )
    assert.deepEqual(result.items[1]?.examples.gains, all)
    assert.doesNotMatch(JSON.stringify(result), /Secretname/)
  })

  it('tells a change of form', async () => {
    const result = await impact({
      ...otrack,
      items: otrack.items.map((grant) =>
        grant.item === 'pupil.preferredSurname' ? { ...grant, as: 'initial' } : grant,
      ),
    })
    assert.deepEqual([result.gaining, result.losing, result.changing], [0, 0, 3])
    assert.deepEqual(
      result.items.map(({ item, changes, before, after: then }) => [item, changes, before, then]),
      [['pupil.preferredSurname', 3, ['as-is'], ['initial']]],
    )
  })

  it('follows a wider population', async () => {
    const result = await impact({ ...otrack, population: policy.populations.get('on-roll')! })
    assert.deepEqual(result.population, { before: 3, after: 4 })
    assert.equal(result.gaining, 1)
    assert.ok(result.items.every(({ examples }) => examples.gains.join() === pupils.get('nursery')))
  })

  it('counts everything as new where no version is in force', async () => {
    const cpoms = policy.agreements.get('cpoms')!
    const result = await impact(cpoms)
    assert.equal(result.comparedWith, null)
    assert.deepEqual(result.pupils, { before: 0, after: 4 })
    const surname = result.items.find(({ item }) => item === 'pupil.surname')
    assert.deepEqual([surname?.gains, surname?.before, surname?.after], [4, [], ['as-is']])
  })

  it('says what its recipient still owes, and no longer once it is shown', async () => {
    const codes = async () => (await impact(otrack)).stillNeeded.map(({ code }) => code)
    assert.deepEqual(await codes(), ['recipient-identity', 'recipient-contract'])
    await recordStanding(dpo, {
      recipientId: 'otrack',
      identityVerifiedOn: '2026-09-01',
      contractOn: '2026-09-01',
    })
    assert.deepEqual(await codes(), [])
  })

  it('says which static property would no longer hold', async () => {
    const result = await impact({ ...otrack, items: [...otrack.items, { item: 'pupil.upn', as: 'as-is' }] })
    assert.deepEqual(
      result.broken.map(({ property }) => property),
      ['no-pupil-number-to-companies', 'pupil-number-kept-to-its-list'],
    )
  })

  it('is worked out on the first day of a version that begins later', async () => {
    const result = await impact({ ...otrack, inForce: { from: '2027-01-05' } })
    assert.equal(result.at.toISOString().slice(0, 10), '2027-01-05')
    assert.deepEqual([result.gaining, result.losing], [0, 0])
  })

  it('refuses what can’t be compiled', async () => {
    await assert.rejects(impact({ ...otrack, population: { use: 'on-roll' } }), { code: 'bad-policy' })
    await assert.rejects(impact({ ...otrack, recipient: 'nobody' }), { code: 'not-found' })
  })
})

describe('a policy exported from the store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-export-'))
  after(() => rm(folder, { recursive: true }))

  it('reads back identical, and loading it again changes nothing', async () => {
    await dpo.read((tx) => exportPolicy(tx, folder))
    const again = await readPolicyFolder(folder)
    assert.ok(again.ok, JSON.stringify(!again.ok && again.error))
    assert.deepEqual(again.value, policy)
    assert.deepEqual([...again.value.items.keys()], [...policy.items.keys()])
    assert.deepEqual((await loadPolicy(dpo, again.value, at)).loaded, [])
  })

  it('keeps a proposal that waits', async () => {
    const title = 'A title that waits for approval'
    await loadPolicy(
      dpo,
      { ...policy, agreements: new Map(policy.agreements).set('otrack', { ...otrack, title }) },
      at,
    )
    await dpo.read((tx) => exportPolicy(tx, folder))
    const again = await readPolicyFolder(folder)
    assert.ok(again.ok)
    assert.equal(again.value.agreements.get('otrack')?.title, title)
  })

  it('refuses a folder with agreements that are not in it, and deletes nothing', async () => {
    await writeFile(join(folder, 'agreements/old.yaml'), 'id: old\n')
    await assert.rejects(
      dpo.read((tx) => exportPolicy(tx, folder)),
      { code: 'conflict', where: 'agreements/old.yaml' },
    )
  })
})
