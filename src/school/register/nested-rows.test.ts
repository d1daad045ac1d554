import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { contactsOf, findPupils, liftProtection, pupilSummary, recordProtection } from './index.ts'
import { at, importText, pupilRows, pupilsFile, registerOf, type maps } from './testing/files.ts'

const store = await openTestStore()
let urn = 200000

async function schoolWithPupils(): Promise<SchoolStore> {
  const school = await addSchool(store, String(++urn))
  await importText(school, 'pupils', pupilsFile(...pupilRows))
  return school
}

const pupilId = (school: SchoolStore, misId: string): Promise<string> =>
  school.read(
    async (tx) =>
      (await tx.selectFrom('pupil').select('id').where('mis_id', '=', misId).executeTakeFirstOrThrow()).id,
  )

const lines = (...rows: string[]): string => [...rows, ''].join('\n')

const contactHeader = 'Pupil,Id,Surname,Forename,Priority,Relationship,PR,Mobile'
const contactRows = [
  `1,100,Brien,Maeve,1,Mother,Yes,07700 900001`,
  `2,100,Brien,Maeve,1,Mother,Yes,07700 900001`,
  `1,101,Ng,Tom,2,Father,No,`,
  `3,102,Smith,Al,1,Father,1,`,
]
const wordings = new Map([['website-photo-1', { purpose: 'website-photo', sha256: 'a'.repeat(64) }]])

/** One good file of each target, the same with one value changed, and the fields that then change. */
const files: Record<
  Exclude<keyof typeof maps, 'pupils'>,
  [header: string, rows: string[], changed: [from: string, to: string, fields: string[]] | null]
> = {
  contacts: [
    contactHeader,
    contactRows,
    ['Ng,Tom,2,Father,No', 'Ng,Thomas,3,Father,No', ['forename', 'priority']],
  ],
  attendance: [
    'Pupil,Day,Session,Mark',
    ['1,2026-11-23,AM,/', '1,2026-11-23,PM,\\', '2,2026-11-23,AM,I'],
    ['AM,I', 'AM,/', ['code']],
  ],
  fsm: [
    'Pupil,Start,End',
    ['1,2024-09-01,2025-07-20', '1,2025-09-01,', '2,2026-09-01,'],
    ['2025-09-01,', '2025-09-01,2026-10-01', ['endDate']],
  ],
  sen: ['Pupil,Rank,Type', ['1,1,ASD', '1,2,SLCN', '3,1,SLCN'], ['3,1,SLCN', '3,1,ASD', ['senType']]],
  assessments: [
    'Pupil,Stage,Subject,Method,Year,Result,Date',
    ['1,KS1,ENG,TA,2024,EXS,2024-06-01', '1,KS1,MAT,TA,2024,GDS,', '1,PHO,PHO,TT,2023,32,'],
    ['2024,GDS,', '2024,WTS,', ['result']],
  ],
  suspensions: [
    'Pupil,Start,Category,Reasons,Sessions',
    ['1,2026-03-03,SUSP,PP;DB,4'],
    ['PP;DB,4', 'PP,5', ['reasons', 'sessions']],
  ],
  history: [
    'Pupil,La,Estab,Name,Entry,Left',
    ['1,823,2001,Old School,2019-09-01,2020-07-20'],
    ['Old School', 'Older School', ['schoolName']],
  ],
  protections: [
    'Pupil,Kind,Contact,Allowed,From,To,Ground',
    ['1,Court order,101,police;council,2026-01-01,,order 12', '2,Address,,,2026-01-01,,letter 3'],
    ['police;council', 'police', ['allowedRecipients']],
  ],
  consents: [
    'Pupil,Purpose,Kind,State,Giver,Contact,Wording,Method,At',
    [
      '1,website-photo,consent,given,contact,100,website-photo-1,paper,2026-09-08T09:00:00Z',
      '1,website-photo,consent,refused,contact,101,website-photo-1,portal,2026-09-09T09:00:00+01:00',
      '2,website-photo,consent,given,pupil,,website-photo-1,paper,2026-09-08T09:00:00Z',
    ],
    null,
  ],
}
const targets = Object.keys(files) as (keyof typeof files)[]

describe('importing what belongs to pupils', () => {
  let school: SchoolStore
  before(async () => {
    school = await schoolWithPupils()
  })
  for (const target of targets) {
    const [header, rows, changed] = files[target]
    it(`${target}: new, then unchanged, then the one change`, async () => {
      const first = await importText(school, target, lines(header, ...rows), { wordings })
      assert.deepEqual(first.rejected, [])
      assert.deepEqual([first.new, first.applied], [rows.length, true])
      const before = await registerOf(school)
      const second = await importText(school, target, lines(header, ...rows, rows[0]!), { wordings })
      assert.deepEqual([second.new, second.changed, second.left, second.unchanged], [0, 0, 0, rows.length])
      assert.equal(await registerOf(school), before)
      if (!changed) return
      const [from, to, fields] = changed
      const text = lines(header, ...rows).replaceAll(from, to)
      const third = await importText(school, target, text)
      assert.deepEqual([third.new, third.changed, third.left], [0, 1, 0])
      assert.deepEqual(third.difference.fields, Object.fromEntries(fields.map((field) => [field, 1])))
      assert.notEqual(await registerOf(school), before)
      assert.equal((await importText(school, target, text)).unchanged, rows.length)
    })

    it(`${target}: an unknown pupil stops the file, by line`, async () => {
      const before = await registerOf(school)
      const text = lines(header, rows[0]!, rows[0]!.replace(/^1/, '77'))
      const report = await importText(school, target, text, { wordings })
      assert.deepEqual(
        report.rejected.map(({ line, column, code }) => [line, column, code]),
        [[3, 'Pupil', 'unknown-pupil']],
      )
      assert.equal(report.applied, false)
      assert.equal(await registerOf(school), before)
    })
  }

  it('refuses two rows that say different things about the same thing', async () => {
    const twice: Partial<Record<keyof typeof files, string[]>> = {
      attendance: ['1,2026-11-20,AM,/', '1,2026-11-20,AM,I'],
      sen: ['2,1,ASD', '2,1,SLCN'],
      fsm: ['2,2023-01-01,', '2,2023-01-01,2024-01-01'],
      contacts: ['1,100,Brien,Maeve,1,Mother,Yes,', '1,100,Brien,Maeve,2,Mother,Yes,'],
    }
    for (const [target, rows] of Object.entries(twice) as [keyof typeof files, string[]][]) {
      const report = await importText(school, target, lines(files[target][0], ...rows))
      assert.deepEqual(
        report.rejected.map(({ line, code }) => [line, code]),
        [
          [2, 'duplicate'],
          [3, 'duplicate'],
        ],
        target,
      )
    }
    const differs = await importText(
      school,
      'contacts',
      lines(contactHeader, contactRows[0]!, contactRows[1]!.replace('Maeve', 'Eve')),
    )
    assert.deepEqual(
      differs.rejected.map(({ line, code }) => [line, code]),
      [
        [2, 'contact-differs'],
        [3, 'contact-differs'],
      ],
    )
  })
})

describe('a file that is whole for the pupils it names', () => {
  it('takes away what it no longer has, once somebody confirms that so much is gone', async () => {
    const school = await schoolWithPupils()
    await importText(school, 'contacts', lines(contactHeader, ...contactRows))
    const without = lines(contactHeader, contactRows[0]!, contactRows[1]!)
    const held = await importText(school, 'contacts', without)
    assert.deepEqual(held.notApplied, { reason: 'short-read', onRoll: 3, missing: 1 })
    const applied = await importText(school, 'contacts', without, { confirmShortRead: true })
    assert.deepEqual([applied.left, applied.applied], [1, true])
    const id = await pupilId(school, '1')
    assert.deepEqual(
      (await school.read((tx) => contactsOf(tx, id))).map(({ surname }) => surname),
      ['Brien'],
    )
    const other = await pupilId(school, '3')
    assert.equal((await school.read((tx) => contactsOf(tx, other))).length, 1)
  })

  it('takes nothing away from a pupil one of whose rows is refused', async () => {
    const school = await schoolWithPupils()
    await importText(school, 'contacts', lines(contactHeader, ...contactRows))
    const text = lines(contactHeader, contactRows[0]!, contactRows[2]!.replace('Ng', 'N9'))
    const report = await importText(school, 'contacts', text, {
      withoutRejected: true,
      confirmShortRead: true,
    })
    assert.deepEqual([report.applied, report.left], [true, 0])
  })
})

describe('consents from the office', () => {
  const header = files.consents[0]
  it('refuses an unknown wording, a stranger, a choice the school can’t make, and a future one', async () => {
    const school = await schoolWithPupils()
    await importText(school, 'contacts', lines(contactHeader, ...contactRows))
    const good = files.consents[1][0]!
    const cases: [string, string, string][] = [
      [good.replace('photo-1', 'photo-9'), 'Wording', 'unknown-wording'],
      [good.replace('1,website-photo,', '1,social-media,'), 'Wording', 'unknown-wording'],
      [good.replace('contact,100', 'contact,102'), 'Contact', 'unknown-contact'],
      [good.replace('contact,100', 'contact,'), 'Contact', 'required'],
      [good.replace('contact,100', 'pupil,100'), 'Contact', 'unknown-contact'],
      [good.replace('contact,100', 'school,'), 'Giver', 'school-choice'],
      [good.replace('2026-09-08T', '2027-09-08T'), 'At', 'impossible-date'],
      [good.replace('09:00:00Z', '09:00:00'), 'At', 'bad-instant'],
    ]
    for (const [row, column, code] of cases) {
      const report = await importText(school, 'consents', lines(header, row), { wordings })
      assert.deepEqual(
        report.rejected.map((one) => [one.line, one.column, one.code]),
        [[2, column, code]],
        row,
      )
    }
    assert.equal(
      (await school.read((tx) => tx.selectFrom('consent_choice').select('id').execute())).length,
      0,
    )
  })

  it('never puts an old yes after a later no of the same person', async () => {
    const school = await schoolWithPupils()
    await importText(school, 'contacts', lines(contactHeader, ...contactRows))
    const row = (state: string, when: string) =>
      `1,website-photo,consent,${state},contact,100,website-photo-1,paper,${when}`
    await importText(school, 'consents', lines(header, row('withdrawn', '2026-10-01T09:00:00Z')), {
      wordings,
    })
    const late = await importText(school, 'consents', lines(header, row('given', '2026-09-01T09:00:00Z')), {
      wordings,
    })
    assert.deepEqual(
      late.rejected.map(({ line, column, code }) => [line, column, code]),
      [[2, 'At', 'older-choice']],
    )
    const whole = lines(
      header,
      row('withdrawn', '2026-10-01T09:00:00Z'),
      row('given', '2026-11-01T09:00:00Z'),
    )
    const newer = await importText(school, 'consents', whole, { wordings })
    assert.deepEqual([newer.rejected, newer.new, newer.unchanged], [[], 1, 1])
  })

  it('orders choices by when they were made, not by their place in the file', async () => {
    const school = await schoolWithPupils()
    await importText(school, 'contacts', lines(contactHeader, ...contactRows))
    const row = (state: string, when: string) =>
      `1,website-photo,consent,${state},contact,100,website-photo-1,paper,${when}`
    await importText(
      school,
      'consents',
      lines(header, row('withdrawn', '2026-10-01T09:00:00Z'), row('given', '2026-09-01T09:00:00Z')),
      { wordings },
    )
    const states = await school.read((tx) =>
      tx.selectFrom('consent_choice').select(['state', 'wording_sha256']).orderBy('sequence').execute(),
    )
    assert.deepEqual(states, [
      { state: 'given', wording_sha256: 'a'.repeat(64) },
      { state: 'withdrawn', wording_sha256: 'a'.repeat(64) },
    ])
  })
})

describe('protections', () => {
  it('survive every import, and one that was lifted stays lifted', async () => {
    const school = await schoolWithPupils()
    const id = await pupilId(school, '2')
    const file = lines('Pupil,Kind,Contact,Allowed,From,To,Ground', '2,Address,,,2026-01-01,,letter 3')
    await importText(school, 'protections', file)
    await importText(school, 'pupils', pupilsFile(...pupilRows.map((row) => row.replace('4A', '4B'))))
    const [mark] = (await school.read((tx) => pupilSummary(tx, id)))?.protections ?? []
    assert.equal(mark?.kind, 'confidential-address')
    await liftProtection(school, mark.id, at)
    const again = await importText(school, 'protections', file)
    assert.deepEqual([again.new, again.unchanged], [0, 1])
    assert.deepEqual((await school.read((tx) => findPupils(tx, { search: 'ng' })))[0]?.marks, [])
    await assert.rejects(liftProtection(school, mark.id, at), { code: 'not-found' })
  })

  it('keep an adopted pupil’s identity as it is, and nothing of a former one beside it', async () => {
    const school = await schoolWithPupils()
    const id = await pupilId(school, '3')
    await recordProtection(
      school,
      {
        pupilId: id,
        kind: 'adoption',
        agreementId: null,
        allowedRecipients: [],
        contactId: null,
        fromDate: '2026-01-01',
        toDate: null,
        ground: 'order 7',
      },
      at,
    )
    const row = () =>
      school.read((tx) => tx.selectFrom('pupil').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
    assert.deepEqual([(await row()).adopted, (await row()).former_surname], [true, null])

    const file = pupilsFile(
      pupilRows[0]!,
      pupilRows[1]!,
      pupilRows[2]!.replace('Smith,John', 'Smythe,John').replace(',3,C', ',4,C'),
    )
    const report = await importText(school, 'pupils', file)
    assert.equal(report.held, 1)
    assert.deepEqual(report.difference.fields, { yearGroup: 1 })
    assert.deepEqual(
      [(await row()).surname, (await row()).year_group, (await row()).former_surname],
      ['Smith', '4', null],
    )
    assert.doesNotMatch(JSON.stringify(report), /Smythe/)

    const told = await importText(school, 'pupils', file, { overwriteProtected: [id] })
    assert.equal(told.changed, 1)
    assert.deepEqual([(await row()).surname, (await row()).former_surname], ['Smythe', null])
  })

  it('refuses a mark that can’t be one', async () => {
    const school = await schoolWithPupils()
    const mark = {
      pupilId: await pupilId(school, '1'),
      kind: 'restriction' as const,
      agreementId: null,
      allowedRecipients: [],
      contactId: null,
      fromDate: '2026-01-01',
      toDate: null,
      ground: 'letter',
    }
    for (const bad of [
      { fromDate: '2026-02-30' },
      { toDate: '2025-01-01' },
      { ground: ' ' },
      { kind: 'objection' as const },
    ]) {
      await assert.rejects(recordProtection(school, { ...mark, ...bad }, at), { code: 'bad-input' })
    }
    await assert.rejects(recordProtection(school, { ...mark, contactId: mark.pupilId }, at), {
      code: 'conflict',
    })
    await assert.rejects(
      recordProtection(school, { ...mark, pupilId: '00000000-0000-4000-8000-000000000000' }, at),
      { code: 'conflict' },
    )
  })
})

describe('finding pupils', () => {
  it('finds by any part of a name, by year and by roll, and takes wildcards for letters', async () => {
    const school = await schoolWithPupils()
    const find = (by: Parameters<typeof findPupils>[1]) =>
      school.read(async (tx) => (await findPupils(tx, by)).map(({ forename }) => forename))
    assert.deepEqual(await find({}), ['Ana-Luísa', 'Zoë', 'John'])
    assert.deepEqual(await find({ search: 'ZOË brien' }), ['Zoë'])
    assert.deepEqual(await find({ search: '%' }), [])
    assert.deepEqual(await find({ search: 'B801200005001' }), [])
    assert.deepEqual(await find({ yearGroup: '4' }), ['Ana-Luísa'])
    assert.deepEqual(await find({ onRollAt: new Date('2021-10-01') }), ['Ana-Luísa', 'Zoë'])
    const id = await pupilId(school, '1')
    const summary = await school.read((tx) => pupilSummary(tx, id))
    assert.deepEqual(
      summary?.siblings.map(({ forename }) => forename),
      ['Ana-Luísa'],
    )
    assert.equal(await school.read((tx) => pupilSummary(tx, "x' or 1=1")), undefined)
  })
})
