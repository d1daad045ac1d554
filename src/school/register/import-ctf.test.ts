import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { writeCtf, type CtfHeader, type CtfPupil } from '../../core/standards/ctf/index.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { contactsOf, importFile, recordProtection, type ImportOptions, type ImportReport } from './index.ts'
import { at, codes, importText, pupilRows, pupilsFile, registerOf } from './testing/files.ts'

const store = await openTestStore()
let urn = 300000
const newSchool = (): Promise<SchoolStore> => addSchool(store, String(++urn))

const header: CtfHeader = {
  version: '26.0',
  dateTime: '2026-11-20T10:00:00',
  qualifier: 'full',
  supplierId: 'test',
  source: { la: '823', establishment: '2001', name: 'Old School', academicYear: '2026' },
  destination: { la: '894', establishment: '2199' },
}

const joiner: CtfPupil = {
  upn: 'E823432124001',
  surname: 'Nowak',
  forename: 'Zofia',
  dateOfBirth: '2017-03-09',
  sex: 'F',
  basicDetails: {
    yearGroup: '4',
    languages: { type: [{ kind: 'F', language: 'POL' }] },
    enrolmentStatus: 'C',
  },
  fsm: { instances: [{ startDate: '2025-09-01', ukCountry: 'ENG' }] },
  sen: {
    episodes: [
      { startDate: '2024-09-01', provision: 'N' },
      { startDate: '2025-09-01', provision: 'K' },
    ],
    needs: { need: [{ type: 'SLCN' }, { type: 'ASD' }] },
  },
  address: { paon: '7', street: 'Mill Lane', town: 'Telford', postcode: 'TF1 1AA' },
  contacts: {
    contact: [
      {
        surname: 'Nowak',
        forename: 'Ewa',
        relationship: 'PAM',
        responsibility: 'true',
        addressAsPupil: 'true',
        phones: { phone: [{ type: 'M', number: '07700 900111' }] },
      },
      { surname: 'Nowak', relationship: 'PAF', responsibility: 'true' },
    ],
  },
  assessments: {
    keyStage: [
      {
        stage: 'KS1',
        results: [
          { year: '2024', subject: 'ENG', method: 'TA', component: 'REA', status: 'R', result: 'EXS' },
          { year: '2024', subject: 'ENG', method: 'TA', status: 'T', result: 'GDS' },
        ],
      },
    ],
  },
  schoolHistory: {
    school: [{ la: '823', establishment: '2001', name: 'Old School', entryDate: '2021-09-01' }],
  },
}

const importCtf = (
  school: SchoolStore,
  pupils: readonly CtfPupil[],
  more: Partial<ImportOptions> = {},
): Promise<ImportReport> =>
  importFile(school, { format: 'ctf', codes }, Readable.from([writeCtf(header, pupils)]), {
    at,
    apply: true,
    fileName: 'x.xml',
    ...more,
  })

const pupils = (school: SchoolStore) =>
  school.read((tx) => tx.selectFrom('pupil').selectAll().orderBy('surname').execute())

describe('importing a common transfer file', () => {
  it('takes a joiner with everything nested, and changes nothing the second time', async () => {
    const school = await newSchool()
    const report = await importCtf(school, [joiner])
    assert.deepEqual([report.new, report.applied, report.rejected], [1, true, []])
    const [pupil] = await pupils(school)
    assert.ok(pupil)
    assert.deepEqual(
      [
        pupil.upn,
        pupil.first_language,
        pupil.fsm_eligible,
        pupil.sen_provision,
        pupil.address_line_1,
        pupil.entry_date,
        pupil.enrolment_status,
      ],
      ['E823432124001', 'POL', true, 'K', '7 Mill Lane', '2026-11-24', 'C'],
    )
    assert.match(pupil.mis_id, /^ctf-[0-9a-f-]{36}$/)
    const contacts = await school.read((tx) => contactsOf(tx, pupil.id))
    assert.deepEqual(
      contacts.map((one) => [
        one.forename,
        one.priority,
        one.parentalResponsibility,
        one.livesWithPupil,
        one.mobile,
      ]),
      [
        ['Ewa', 1, true, true, '07700 900111'],
        ['', 2, true, false, null],
      ],
    )
    const nested = await school.read(async (tx) => ({
      needs: await tx.selectFrom('sen_need').select(['rank', 'sen_type']).orderBy('rank').execute(),
      results: await tx.selectFrom('assessment_result').select(['subject', 'component', 'result']).execute(),
      schools: await tx.selectFrom('school_history').select('school_name').execute(),
    }))
    assert.deepEqual(nested.needs, [
      { rank: 1, sen_type: 'SLCN' },
      { rank: 2, sen_type: 'ASD' },
    ])
    assert.deepEqual(nested.results, [{ subject: 'ENG', component: 'REA', result: 'EXS' }])
    assert.equal(nested.schools.length, 1)

    const before = await registerOf(school)
    const second = await importCtf(school, [joiner])
    assert.deepEqual([second.new, second.changed, second.unchanged], [0, 0, 1])
    assert.equal(await registerOf(school), before)
  })

  it('says which kind of nested thing changes a pupil, and takes away a need that is gone', async () => {
    const school = await newSchool()
    await importCtf(school, [joiner])
    const report = await importCtf(school, [
      {
        ...joiner,
        sen: { ...joiner.sen, needs: { need: [{ type: 'SLCN' }] } },
        basicDetails: { ...joiner.basicDetails, yearGroup: '5' },
      },
    ])
    assert.deepEqual([report.changed, report.difference.fields], [1, { yearGroup: 1 }])
    assert.deepEqual(report.difference.children['sen'], { new: 0, changed: 0, left: 1, unchanged: 1 })
    assert.equal((await school.read((tx) => tx.selectFrom('sen_need').select('rank').execute())).length, 1)
    const more = await importCtf(school, [
      {
        ...joiner,
        fsm: { instances: [...(joiner.fsm?.instances ?? []), { startDate: '2026-10-01' }] },
        basicDetails: { yearGroup: '5' },
      },
    ])
    assert.deepEqual(more.difference.fields, { fsm: 1, sen: 1 })
  })

  it('leaves alone what the file does not give', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const before = await pupils(school)
    const report = await importCtf(school, [
      { upn: 'B801200005001', surname: "O'Brien", forename: 'Zoë', dateOfBirth: '2016-02-29', sex: 'F' },
    ])
    assert.equal(report.unchanged, 1)
    assert.deepEqual(await pupils(school), before)
  })

  it('finds a pupil by UPN, else by name and birth, and lets the MIS take over by UPN', async () => {
    const school = await newSchool()
    await importCtf(school, [
      joiner,
      {
        surname: 'Lee',
        forename: 'Bo',
        dateOfBirth: '2018-01-02',
        sex: 'M',
        basicDetails: { yearGroup: '3' },
      },
    ])
    const named = await importCtf(school, [
      { surname: 'LEE', forename: 'bo', dateOfBirth: '2018-01-02', sex: 'M', upn: 'B801200005001' },
    ])
    assert.deepEqual([named.new, named.changed], [0, 1])
    const roll = await importText(
      school,
      'pupils',
      pupilsFile(
        '50,E823432124001,Nowak,Zofia,09/03/2017,Girl,4,C,2026-11-23,4A,,,,',
        '51,B801200005001,Lee,Bo,02/01/2018,Boy,3,C,2026-11-23,,,,,',
      ),
    )
    assert.deepEqual([roll.new, roll.changed, roll.left], [0, 2, 0])
    assert.deepEqual(
      (await pupils(school)).map(({ mis_id: id }) => id),
      ['51', '50'],
    )
  })

  it('is not taken for somebody who left because the MIS does not know the joiner yet', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(pupilRows[0]!, pupilRows[2]!))
    await importCtf(school, [joiner])
    assert.equal((await importText(school, 'pupils', pupilsFile(pupilRows[0]!, pupilRows[2]!))).left, 0)
  })

  it('holds a pupil found by name whose UPN is another', async () => {
    const school = await newSchool()
    await importCtf(school, [joiner])
    const before = await registerOf(school)
    const report = await importCtf(school, [
      { ...joiner, upn: 'B801200005001', basicDetails: { yearGroup: '6' } },
    ])
    assert.deepEqual([report.held, report.new, report.changed], [1, 0, 0])
    assert.equal(await registerOf(school), before)
  })

  it('never touches an adopted pupil, and never links one by name', async () => {
    const school = await newSchool()
    await importCtf(school, [joiner])
    const [pupil] = await pupils(school)
    assert.ok(pupil)
    await recordProtection(
      school,
      {
        pupilId: pupil.id,
        kind: 'adoption',
        agreementId: null,
        allowedRecipients: [],
        contactId: null,
        fromDate: '2026-01-01',
        toDate: null,
        ground: 'x',
      },
      at,
    )
    const before = await registerOf(school)
    for (const file of [
      { ...joiner, basicDetails: { yearGroup: '5', formerSurname: 'Former' } },
      { ...joiner, upn: 'B801200005001', basicDetails: { yearGroup: '5' } },
      { ...joiner, contacts: { contact: [{ surname: 'Birth', forename: 'Parent', relationship: 'PAM' }] } },
    ]) {
      const report = await importCtf(school, [file])
      assert.deepEqual([report.held, report.new, report.changed], [1, 0, 0])
      assert.equal(await registerOf(school), before)
    }
  })

  it('does not mix a transfer file’s contacts with those of the MIS', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    await importText(
      school,
      'contacts',
      'Pupil,Id,Surname,Forename,Priority,Relationship,PR,Mobile\n1,100,Brien,Maeve,1,Mother,Yes,\n',
    )
    const contact = { surname: 'Brien', forename: 'Maeve', relationship: 'PAM' }
    await importCtf(school, [
      {
        upn: 'B801200005001',
        surname: "O'Brien",
        forename: 'Zoë',
        dateOfBirth: '2016-02-29',
        sex: 'F',
        contacts: { contact: [contact] },
      },
    ])
    assert.equal((await school.read((tx) => tx.selectFrom('contact').select('id').execute())).length, 1)
  })

  it('refuses a pupil for any fault in it, by line and element', async () => {
    const school = await newSchool()
    const cases: [CtfPupil, string, string][] = [
      [{ ...joiner, upn: 'F823432124001' }, 'UPN', 'upn-check-letter'],
      [{ ...joiner, surname: 'No1' }, 'Surname', 'bad-characters'],
      [{ ...joiner, dateOfBirth: '2017-02-30' }, 'DOB', 'bad-date'],
      [{ ...joiner, sex: 'X' }, 'Sex', 'unknown-code'],
      [
        { ...joiner, basicDetails: { yearGroup: '4', ethnicity: 'QQQQ' } },
        'BasicDetails/Ethnicity',
        'unknown-code',
      ],
      [
        { ...joiner, contacts: { contact: [{ surname: 'A', forename: 'B', relationship: 'ZZZ' }] } },
        'Contacts/Contact/Relationship',
        'unknown-code',
      ],
      [
        { ...joiner, fsm: { instances: [{ startDate: '2025-13-01' }] } },
        'FSMhistory/FSMinstance/FSMstartDate',
        'bad-date',
      ],
      [{ ...joiner, basicDetails: {} }, 'BasicDetails/NCyearActual', 'required'],
      [{ ...joiner, surname: undefined } as unknown as CtfPupil, 'Surname', 'required'],
    ]
    for (const [pupil, column, code] of cases) {
      const report = await importCtf(school, [
        {
          surname: 'Good',
          forename: 'One',
          dateOfBirth: '2018-01-01',
          sex: 'M',
          basicDetails: { yearGroup: '3' },
        },
        pupil,
      ])
      assert.deepEqual(
        report.rejected.map((one) => [one.column, one.code]),
        [[column, code]],
      )
      assert.ok((report.rejected[0]?.line ?? 0) > 20)
      assert.equal(report.applied, false)
    }
    assert.deepEqual(await pupils(school), [])
    const twice = await importCtf(school, [joiner, joiner])
    assert.deepEqual(
      twice.rejected.map(({ code }) => code),
      ['duplicate-upn', 'duplicate-upn'],
    )
    const same = {
      surname: 'Lee',
      forename: 'Bo',
      dateOfBirth: '2018-01-02',
      sex: 'M',
      basicDetails: { yearGroup: '3' },
    }
    assert.deepEqual(
      (await importCtf(school, [same, same])).rejected.map(({ code }) => code),
      ['duplicate', 'duplicate'],
    )
  })

  it('says which elements it does not read', async () => {
    const school = await newSchool()
    const report = await importCtf(school, [
      { ...joiner, other: [{ name: 'Secret', text: 'x', children: [] }] },
    ])
    assert.deepEqual(report.ignored, ['Secret'])
  })
})
