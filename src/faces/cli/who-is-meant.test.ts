import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { SchoolStore } from '../../core/store/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { setStaffAccount, type Gatehouse } from '../index.ts'
import { actingPerson, commandActor } from './acting-person.store.ts'
import { findGiver } from './find-giver.ts'
import { findPupil } from './find-pupil.store.ts'
import { foundSchool, readSchoolFile } from './found-school.ts'

const urn = '123456'
const store = await openTestStore()
const school: SchoolStore = await addSchool(store, urn)
const gatehouse = { store, urn } as unknown as Gatehouse
const [ann, twinA, twinB, parent] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]

const pupil = (id: string, admission: string) => ({
  school_urn: urn,
  id,
  mis_id: id,
  admission_number: admission,
  surname: 'Secretname',
  forename: 'Ann',
  date_of_birth: '2018-02-03',
  sex: 'F',
  year_group: '3',
  enrolment_status: 'C',
  entry_date: '2022-09-01',
  source_digest: 'x',
})

describe('who is meant on the command line', () => {
  before(async () => {
    await setStaffAccount(school, {
      email: 'head@example.org',
      name: 'Helen',
      role: 'head',
      password: 'a long enough one',
    })
    await setStaffAccount(school, {
      email: 'office@example.org',
      name: 'Ruth',
      role: 'office',
      password: 'a long enough one',
    })
    await school.write(async (tx) => {
      await tx
        .insertInto('pupil')
        .values([pupil(ann, '001'), pupil(twinA, '002'), pupil(twinB, '002')])
        .execute()
      await tx
        .insertInto('contact')
        .values({ school_urn: urn, id: parent, mis_id: 'c1', surname: 'Test', forename: 'Pat' })
        .execute()
      await tx
        .insertInto('pupil_contact')
        .values({
          school_urn: urn,
          pupil_id: ann,
          contact_id: parent,
          priority: 1,
          relationship: 'PAR',
          parental_responsibility: true,
        })
        .execute()
    })
  })

  it('takes the role from the account, and nobody’s word for it', async () => {
    const head = await actingPerson(gatehouse, { as: 'Head@example.org' }, 'approve-agreement')
    assert.deepEqual(head, { kind: 'staff', name: 'Helen', role: 'head' })
    await assert.rejects(actingPerson(gatehouse, { as: 'office@example.org' }, 'approve-agreement'), {
      code: 'not-allowed',
    })
    await assert.rejects(actingPerson(gatehouse, { as: 'Helen, head' }, 'release'), { code: 'not-found' })
    assert.deepEqual(await actingPerson(gatehouse, {}, 'release'), commandActor())
    assert.equal(commandActor().role, 'system')
  })

  it('lets no disabled account act', async () => {
    await school.write((tx) =>
      tx.updateTable('staff_account').set({ disabled_at: new Date() }).where('role', '=', 'office').execute(),
    )
    await assert.rejects(actingPerson(gatehouse, { as: 'office@example.org' }, 'release'), {
      code: 'not-found',
    })
  })

  it('finds a pupil by admission number or id, and repeats neither', async () => {
    assert.equal(await school.read((tx) => findPupil(tx, '001')), ann)
    assert.equal(await school.read((tx) => findPupil(tx, ann)), ann)
    await assert.rejects(
      school.read((tx) => findPupil(tx, '002')),
      { code: 'conflict' },
    )
    for (const nobody of [randomUUID(), 'Secretname', '']) {
      await assert.rejects(
        school.read((tx) => findPupil(tx, nobody)),
        (error: { code?: string; explain: () => string }) =>
          error.code === 'not-found' && (nobody === '' || !error.explain().includes(nobody)),
      )
    }
  })

  it('finds who chose: the pupil, or a contact of this very pupil', async () => {
    assert.deepEqual(await school.read((tx) => findGiver(tx, ann, 'pupil')), { kind: 'pupil' })
    const contact = { kind: 'contact', contactId: parent }
    assert.deepEqual(await school.read((tx) => findGiver(tx, ann, '1')), contact)
    assert.deepEqual(await school.read((tx) => findGiver(tx, ann, parent)), contact)
    for (const nobody of ['2', '']) {
      await assert.rejects(
        school.read((tx) => findGiver(tx, ann, nobody)),
        { code: 'not-found' },
      )
    }
    await assert.rejects(
      school.read((tx) => findGiver(tx, twinA, parent)),
      { code: 'not-found' },
    )
  })
})

describe('founding a school', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-found-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'school.yaml')
  const facts = `school:
  urn: '765432'
  name: A School
  laNumber: '894'
  establishmentNumber: '2199'
  phase: PS
  governance: maintained
  domain: school.example
  controller: The governors
  dpoContact: dpo@school.example
staff:
  - { email: head@school.example, name: Helen, role: head }
`

  it('puts the school and its staff into the store, once', async () => {
    writeFileSync(file, facts)
    const founded = await foundSchool(store, readSchoolFile(file))
    assert.equal(founded.urn, '765432')
    assert.ok(founded.staff.every(({ password }) => password.length >= 20))
    const there = { store, urn: '765432' } as unknown as Gatehouse
    assert.equal(
      (await actingPerson(there, { as: 'head@school.example' }, 'approve-agreement')).name,
      'Helen',
    )
    await assert.rejects(foundSchool(store, readSchoolFile(file)), { code: 'conflict' })
  })

  it('names every part of the file that is wrong', () => {
    writeFileSync(file, facts.replace("'765432'", 'x').replace('role: head', 'role: king'))
    assert.throws(
      () => readSchoolFile(file),
      (error: { code?: string; why?: string }) =>
        error.code === 'bad-input' &&
        /school\.urn/.test(error.why ?? '') &&
        /staff\.0\.role/.test(error.why ?? ''),
    )
    writeFileSync(file, 'school: [')
    assert.throws(() => readSchoolFile(file), { code: 'bad-input', why: 'It is not well-formed YAML.' })
    assert.throws(() => readSchoolFile(join(folder, 'none.yaml')), { code: 'bad-input' })
  })
})
