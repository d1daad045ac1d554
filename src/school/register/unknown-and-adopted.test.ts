import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { findPupils, liftProtection, parseImportMap, pupilSummary, recordProtection } from './index.ts'
import { at, importText, pupilRows, pupilsFile } from './testing/files.ts'

const store = await openTestStore()
let urn = 160000
const newSchool = (): Promise<SchoolStore> => addSchool(store, String(++urn))

const care = parseImportMap(
  `id: care
label: Care
target: pupils
columns:
  - { header: Id, field: misId, required: true, read: text }
  - { header: Care, field: lookedAfter, read: flag }
  - { header: Medical, field: medicalFlag, read: flag }
  - { header: PartTime, field: partTime, read: flag }
  - { header: Adopted, field: adopted, read: flag }
`,
  'care.yaml',
)
const flagsOf = (school: SchoolStore) =>
  school.read((tx) =>
    tx
      .selectFrom('pupil')
      .select(['looked_after', 'child_in_need', 'child_protection_plan', 'medical_flag', 'part_time'])
      .orderBy('mis_id')
      .execute(),
  )

describe('a protective yes or no', () => {
  it('is unknown until a file says it; a file without the column leaves it; a blank cell is no no', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const unknown = {
      looked_after: null,
      child_in_need: null,
      child_protection_plan: null,
      medical_flag: null,
      part_time: false,
    }
    assert.deepEqual(await flagsOf(school), [unknown, unknown, unknown])

    await importText(school, 'pupils', 'Id,Care,Medical,PartTime\n1,Yes,No,Yes\n2,,,\n', { map: care })
    const said = { ...unknown, looked_after: true, medical_flag: false, part_time: true }
    assert.deepEqual(await flagsOf(school), [said, unknown, unknown])

    await importText(school, 'pupils', pupilsFile(...pupilRows))
    assert.deepEqual(await flagsOf(school), [said, unknown, unknown])
  })
})

describe('a pupil whom the roll calls adopted', () => {
  it('loses what the register held of a former identity, is protected by mark, and waits for a person to sever', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const report = await importText(school, 'pupils', 'Id,Adopted\n3,Yes\n', { map: care })
    assert.equal(report.changed, 1)
    const state = await school.read(async (tx) => ({
      former: await tx.selectFrom('pupil').select('former_surname').where('mis_id', '=', '3').execute(),
      marks: await tx.selectFrom('protection_reach').select(['kind', 'lifted_at']).execute(),
      tasks: await tx.selectFrom('task').select(['kind', 'for_role']).execute(),
    }))
    assert.deepEqual(state, {
      former: [{ former_surname: null }],
      marks: [{ kind: 'adoption', lifted_at: null }],
      tasks: [{ kind: 'identity-to-sever', for_role: 'dpo' }],
    })
    const pupil = await school.read((tx) =>
      tx.selectFrom('pupil').select('id').where('mis_id', '=', '3').executeTakeFirstOrThrow(),
    )
    const shown = async () =>
      school.read(async (tx) => [
        (await pupilSummary(tx, pupil.id))?.marks,
        (await findPupils(tx, { search: 'smith' }))[0]?.marks,
        (await findPupils(tx, { search: 'smith', onRollAt: at }))[0]?.marks,
      ])
    assert.deepEqual(await shown(), [['adoption'], ['adoption'], ['adoption']])

    // A person's mark is the same mark, and when lifted it stays lifted.
    const mark = await recordProtection(
      school,
      {
        pupilId: pupil.id,
        kind: 'adoption',
        agreementId: null,
        allowedRecipients: [],
        contactId: null,
        fromDate: '2026-01-01',
        toDate: null,
        ground: 'order 1',
      },
      at,
    )
    assert.deepEqual(await shown(), [['adoption'], ['adoption'], ['adoption']])
    await liftProtection(school, mark, at)
    assert.deepEqual(await shown(), [[], [], []])
  })
})
