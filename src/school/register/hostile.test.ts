import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { importFile, parseImportMap, readImportMaps, recordProtection } from './index.ts'
import { at, codes, importText, pupilRows, pupilsFile, registerOf } from './testing/files.ts'

// What a reviewer broke the importer with, each kept from breaking it again.

const store = await openTestStore()
let urn = 170000
const newSchool = (): Promise<SchoolStore> => addSchool(store, String(++urn))
const codesOf = (report: { rejected: readonly { line: number; column: string; code: string }[] }) =>
  report.rejected.map(({ line, column, code }) => [line, column, code])

describe('a hostile file', () => {
  it('gives too many hours, refused by line: the store would only have said that it failed', async () => {
    const school = await newSchool()
    const hours = parseImportMap(
      'id: h\nlabel: H\ntarget: pupils\ncolumns:\n  - { header: Id, field: misId, required: true, read: text }\n  - { header: Hours, field: fundedHours, read: number }\n',
      'h.yaml',
    )
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    for (const wrong of ['15000', '100000', '1.55', '-3', '1e3'])
      assert.deepEqual(
        codesOf(await importText(school, 'pupils', `Id,Hours\n1,${wrong}\n`, { map: hours })),
        [[2, 'Hours', 'bad-number']],
      )
    for (const right of ['15', '15.0', '15.50', '0', '999'])
      assert.deepEqual(
        codesOf(await importText(school, 'pupils', `Id,Hours\n1,${right}\n`, { map: hours })),
        [],
      )
  })

  it('gives an adopted pupil’s held number to another, refused by line', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const { id } = await school.read((tx) =>
      tx.selectFrom('pupil').select('id').where('mis_id', '=', '1').executeTakeFirstOrThrow(),
    )
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
        ground: 'x',
      },
      at,
    )
    const [first = '', ...rest] = pupilRows
    const report = await importText(
      school,
      'pupils',
      pupilsFile(
        first.replace('B801200005001', ''),
        ...rest,
        '9,B801200005001,New,Child,01/02/2018,Girl,3,C,2022-09-01,,,,,',
      ),
    )
    assert.deepEqual(codesOf(report), [[5, 'Upn', 'upn-taken']])
  })

  it('lacks a column that its rows can’t do without, refused by name', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const lax = parseImportMap(
      'id: a\nlabel: A\ntarget: attendance\ncolumns:\n' +
        ['pupilMisId, read: text', 'day, read: date', 'session, read: code', 'code, read: code']
          .map((field) => `  - { header: ${field.split(',')[0]}, field: ${field} }\n`)
          .join(''),
      'a.yaml',
    )
    await assert.rejects(
      importText(school, 'attendance', 'pupilMisId,day,session\n1,2026-11-23,AM\n', { map: lax }),
      { code: 'bad-input', message: 'The file has no column “code”.' },
    )
  })

  it('lacks columns that it may lack: they are named, for what they held goes stale', async () => {
    const school = await newSchool()
    const text = pupilsFile(...pupilRows).replace('Allergens', 'Allergies')
    const report = await importText(school, 'pupils', text)
    assert.deepEqual(report.absent, ['Allergens'])
    assert.deepEqual(report.ignored, ['Allergies'])
  })

  it('writes a name in capitals or with another apostrophe: the same pupil, not a second one', async () => {
    const school = await newSchool()
    const joiner = (surname: string, forename: string) => `<?xml version="1.0" encoding="UTF-8"?>
<CTfile><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>26.0</CTFversion><DateTime>2026-11-20T09:00:00</DateTime><DocumentQualifier>full</DocumentQualifier>
<SourceSchool><LEA>823</LEA><Estab>2000</Estab></SourceSchool><DestSchool><LEA>823</LEA><Estab>2001</Estab></DestSchool></Header>
<CTFpupilData><Pupil><Surname>${surname}</Surname><Forename>${forename}</Forename><DOB>2017-02-03</DOB><Sex>F</Sex>
<BasicDetails><NCyearActual>4</NCyearActual></BasicDetails></Pupil></CTFpupilData></CTfile>`
    const take = (surname: string, forename: string) =>
      importFile(school, { format: 'ctf', codes }, Readable.from([Buffer.from(joiner(surname, forename))]), {
        at,
        apply: true,
      })
    assert.equal((await take('O’Shéa', 'Élodie')).new, 1)
    for (const [surname, forename] of [
      ["O'SHÉA", 'ÉLODIE'],
      ['Oʼshéa', 'élodie'],
    ] as const) {
      const report = await take(surname, forename)
      assert.deepEqual([report.new, report.rejected], [0, []])
    }
    assert.equal((await take('O’Shea', 'Élodie')).new, 1)
  })

  it('is wrong in every row: the first faults are listed, all are counted, nothing is applied', async () => {
    const school = await newSchool()
    const rows = Array.from(
      { length: 10_400 },
      (_, i) => `x${i},,W0rd,Pupil,01/01/2018,Boy,3,C,2022-09-01,,,,,`,
    )
    const report = await importText(school, 'pupils', pupilsFile(...rows))
    assert.equal(report.rejected.length, 10_000)
    assert.equal(report.rejectedMore, 400)
    assert.deepEqual(report.notApplied, { reason: 'rejected-rows' })
    assert.equal(
      await school.read((tx) => tx.selectFrom('pupil').select('id').execute()).then((all) => all.length),
      0,
    )
  })

  it('marks an adoption that would end, or names an agreement that isn’t there', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const header = 'Pupil,Kind,Contact,Allowed,From,To,Ground\n'
    assert.deepEqual(
      codesOf(await importText(school, 'protections', `${header}1,Adoption,,,2026-01-01,2027-01-01,order\n`)),
      [[2, 'To', 'impossible-date']],
    )
    const map = parseImportMap(
      'id: o\nlabel: O\ntarget: protections\ncolumns:\n' +
        '  - { header: Pupil, field: pupilMisId, required: true, read: text }\n' +
        '  - { header: Kind, field: kind, required: true, read: code, codes: { Objection: objection } }\n' +
        '  - { header: Agreement, field: agreementId, read: text }\n' +
        '  - { header: From, field: fromDate, required: true, read: date }\n' +
        '  - { header: Ground, field: ground, required: true, read: text }\n',
      'o.yaml',
    )
    await school.write((tx) =>
      tx
        .insertInto('policy_document')
        .values({
          school_urn: school.urn,
          kind: 'agreement',
          id: 'otrack',
          version: 1,
          hash: 'x',
          body: '{}',
          loaded_by: 'x',
        })
        .execute(),
    )
    const before = await registerOf(school)
    const object = (agreement: string) =>
      importText(
        school,
        'protections',
        `Pupil,Kind,Agreement,From,Ground\n1,Objection,${agreement},2026-01-01,letter\n`,
        { map },
      )
    assert.deepEqual(codesOf(await object('o-track')), [[2, 'Agreement', 'unknown-agreement']])
    assert.equal(await registerOf(school), before)
    assert.deepEqual(codesOf(await object('otrack')), [])
  })

  it('records a no on a wording that asks for something else: it would count for nothing, so it is refused', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const wordings = new Map([['w', { purpose: 'p', sha256: 'x', kind: 'opt-out' }]])
    const row = (kind: string) =>
      `Pupil,Purpose,Kind,State,Giver,Contact,Wording,Method,At\n1,p,${kind},refused,pupil,,w,paper,2026-11-01T09:00:00Z\n`
    assert.deepEqual(codesOf(await importText(school, 'consents', row('consent'), { wordings })), [
      [2, 'Wording', 'unknown-wording'],
    ])
    assert.deepEqual(codesOf(await importText(school, 'consents', row('opt-out'), { wordings })), [])
  })
})

describe('the column maps of policy/imports', () => {
  const shipped = readImportMaps(new URL('../../../policy/imports/', import.meta.url).pathname)

  it('let go what the MIS no longer has: a contact taken out there must not stay entitled here', () => {
    for (const id of ['bromcom-pupils', 'bromcom-contacts', 'bromcom-sen', 'bromcom-fsm'])
      assert.equal(shipped.get(id)?.wholeRoll, true, id)
  })

  it('take no contact of whom it is not said whether an order binds them', () => {
    const courtOrder = shipped.get('bromcom-contacts')?.columns.find(({ field }) => field === 'courtOrder')
    assert.equal(courtOrder?.required, true)
  })
})
