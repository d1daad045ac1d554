import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { before, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { findPupils, importFile, rollCount } from './index.ts'
import {
  at,
  codes,
  importText,
  maps,
  pupilHeader,
  pupilRows,
  pupilsFile,
  registerOf,
} from './testing/files.ts'

const store = await openTestStore()
let urn = 100000
const newSchool = (): Promise<SchoolStore> => addSchool(store, String(++urn))

describe('importing pupils', () => {
  let school: SchoolStore
  before(async () => {
    school = await newSchool()
  })

  it('shows what would change, and changes nothing, when only asked', async () => {
    const report = await importText(school, 'pupils', pupilsFile(...pupilRows), { apply: false })
    assert.deepEqual([report.new, report.changed, report.left, report.unchanged], [3, 0, 0, 0])
    assert.deepEqual(report.notApplied, { reason: 'preview' })
    assert.deepEqual(report.difference.examples[0], { verdict: 'new', line: 2, pupilId: null, fields: [] })
    assert.equal(await school.read((tx) => rollCount(tx, at)), 0)
  })

  it('takes them in', async () => {
    const report = await importText(school, 'pupils', pupilsFile(...pupilRows))
    assert.deepEqual(report.rejected, [])
    assert.equal(report.applied, true)
    assert.deepEqual([report.new, report.rows], [3, 3])
    const rows = await school.read((tx) => tx.selectFrom('pupil').selectAll().orderBy('mis_id').execute())
    const [zoe, ana, john] = rows
    assert.ok(zoe && ana && john)
    assert.deepEqual(
      [zoe.surname, zoe.forename, zoe.date_of_birth, zoe.sex, zoe.allergens, zoe.eal, zoe.registration_group],
      ["O'Brien", 'Zoë', '2016-02-29', 'F', ['milk', 'nuts'], true, '5B'],
    )
    assert.equal(ana.registration_group, '4A')
    assert.equal(zoe.family_id, ana.family_id)
    assert.deepEqual(
      [john.registration_group, john.upn, john.former_surname, john.eal],
      [null, null, 'Smythe', false],
    )
  })

  it('changes nothing the second time', async () => {
    const before = await registerOf(school)
    const report = await importText(school, 'pupils', pupilsFile(...pupilRows))
    assert.deepEqual(
      [report.new, report.changed, report.left, report.unchanged, report.applied],
      [0, 0, 0, 3, true],
    )
    assert.equal(await registerOf(school), before)
  })

  it('names the fields that change, never their values', async () => {
    const report = await importText(
      school,
      'pupils',
      pupilsFile(...pupilRows.map((row) => row.replace("O'Brien", 'Secretname').replace('5B', '5C'))),
    )
    assert.equal(report.changed, 1)
    assert.deepEqual(report.difference.fields, { registrationGroup: 1, surname: 1 })
    assert.deepEqual(report.difference.examples[0]?.fields, ['surname', 'registrationGroup'])
    assert.doesNotMatch(JSON.stringify(report), /Secretname|O'Brien/)
    assert.equal((await school.read((tx) => findPupils(tx, { search: 'secret' }))).length, 1)
  })

  it('gives who is missing from the roll a leaving date, and takes it off when they return', async () => {
    const gone = await importText(school, 'pupils', pupilsFile(pupilRows[0]!, pupilRows[1]!), {
      confirmShortRead: true,
    })
    assert.equal(gone.left, 1)
    const left = await school.read((tx) =>
      tx.selectFrom('pupil').selectAll().where('mis_id', '=', '3').executeTakeFirstOrThrow(),
    )
    assert.equal(left.leaving_date, '2026-11-23')
    assert.equal(await school.read((tx) => rollCount(tx, at)), 2)
    const again = await importText(school, 'pupils', pupilsFile(pupilRows[0]!, pupilRows[1]!))
    assert.deepEqual([again.left, again.unchanged], [0, 2])
    const back = await importText(school, 'pupils', pupilsFile(...pupilRows))
    assert.deepEqual(back.difference.fields, { leavingDate: 1 })
    assert.equal(await school.read((tx) => rollCount(tx, at)), 3)
  })

  it('holds a whole roll from which too many are missing until somebody confirms', async () => {
    const before = await registerOf(school)
    for (const text of [pupilsFile(pupilRows[0]!), pupilsFile()]) {
      const report = await importText(school, 'pupils', text)
      assert.equal(report.applied, false)
      assert.equal(report.notApplied?.reason, 'short-read')
    }
    assert.equal(await registerOf(school), before)
  })
})

describe('all or nothing', () => {
  it('applies no row when one is refused, unless told to leave it out', async () => {
    const school = await newSchool()
    const file = pupilsFile(...pupilRows, '4,,Bad1,X,01/01/2017,Girl,4,C,2021-09-01,,,,,')
    const refused = await importText(school, 'pupils', file)
    assert.deepEqual([refused.applied, refused.notApplied], [false, { reason: 'rejected-rows' }])
    assert.deepEqual(
      refused.rejected.map(({ line, column, code }) => [line, column, code]),
      [[5, 'Surname', 'bad-characters']],
    )
    assert.equal((await school.read((tx) => findPupils(tx, {}))).length, 0)
    const part = await importText(school, 'pupils', file, { withoutRejected: true })
    assert.deepEqual([part.applied, part.new, part.rejected.length], [true, 3, 1])
  })

  it('does not take a pupil for a leaver because the row is refused', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    const bad = pupilsFile(pupilRows[0]!, pupilRows[1]!, pupilRows[2]!.replace('05/06/2018', '31/06/2018'))
    const report = await importText(school, 'pupils', bad, { withoutRejected: true, confirmShortRead: true })
    assert.deepEqual([report.left, report.applied], [0, true])
    const nameless = pupilsFile(pupilRows[0]!, ',,A,B')
    const second = await importText(school, 'pupils', nameless, {
      withoutRejected: true,
      confirmShortRead: true,
    })
    assert.equal(second.left, 0)
  })
})

describe('refusing rows', () => {
  const good = pupilRows[0]!
  const cases: [string, string, string, string][] = [
    ['UPN check letter', good.replace('B8012', 'C8012'), 'Upn', 'upn-check-letter'],
    ['UPN form', good.replace('B801200005001', 'B80120000500'), 'Upn', 'bad-upn'],
    ['UPN in small letters', good.replace('B8012', 'b8012'), 'Upn', 'bad-upn'],
    ['date that no calendar has', good.replace('29/02/2016', '29/02/2015'), 'Born', 'bad-date'],
    ['date in another form', good.replace('29/02/2016', '2016-02-29'), 'Born', 'bad-date'],
    ['born in the future', good.replace('29/02/2016', '01/01/2027'), 'Born', 'impossible-date'],
    ['born too long ago', good.replace('29/02/2016', '01/01/1916'), 'Born', 'impossible-date'],
    ['entry before birth', good.replace('2020-09-01', '2015-09-01'), 'Entry', 'impossible-date'],
    ['unknown code', good.replace(',C,', ',Q,'), 'Status', 'unknown-code'],
    ['unknown word for a code', good.replace('Girl', 'Other'), 'Sex', 'unknown-code'],
    ['a word of the prototype', good.replace('Girl', 'constructor'), 'Sex', 'unknown-code'],
    ['neither yes nor no', good.replace('Yes', 'perhaps'), 'Eal', 'bad-flag'],
    ['required', good.replace('Zoë', ' '), 'Forename', 'required'],
    ['name with digits', good.replace('Zoë', 'Z0e'), 'Forename', 'bad-characters'],
    ['name like a path', good.replace('Zoë', '../../etc/passwd'), 'Forename', 'bad-characters'],
    ['name like markup', good.replace('Zoë', '<script>'), 'Forename', 'bad-characters'],
    ['name like a formula', good.replace('Zoë', '=1+1'), 'Forename', 'bad-characters'],
    ['too long', good.replace('Zoë', 'Z'.repeat(101)), 'Forename', 'too-long'],
    ['control character', good.replace('5B', '5\u0007B'), 'Class', 'bad-characters'],
    ['a cell too few', good.replace('5B,', ''), '', 'cell-count'],
    ['a cell too many', `${good},x`, '', 'cell-count'],
  ]
  let school: SchoolStore
  before(async () => {
    school = await newSchool()
  })
  for (const [name, row, column, code] of cases) {
    it(name, async () => {
      const report = await importText(school, 'pupils', pupilsFile(pupilRows[1]!, row, pupilRows[2]!))
      const found = report.rejected.map((one) => [one.line, one.column, one.code])
      assert.deepEqual(
        found.find((one) => one[2] === code),
        [3, column, code],
        JSON.stringify(found),
      )
      assert.equal(report.applied, false)
      assert.doesNotMatch(JSON.stringify(report.rejected), /Zoë|Brien|passwd|script/)
      assert.equal((await school.read((tx) => findPupils(tx, {}))).length, 0)
    })
  }

  it('reports every fault of every row', async () => {
    const report = await importText(
      school,
      'pupils',
      pupilsFile('1,,1,2,x,y,z,w,v,,,,,', ',,,,,,,,,,,,,'.replace(/^/, '9')),
    )
    assert.equal(report.rejected.filter(({ line }) => line === 2).length, 7)
    assert.equal(report.rejected.filter(({ line }) => line === 3).length, 7)
  })

  it('takes equal rows once and refuses unequal ones about one pupil, both of them', async () => {
    const equal = await importText(school, 'pupils', pupilsFile(good, good), { apply: false })
    assert.deepEqual([equal.new, equal.rejected], [1, []])
    const unequal = await importText(school, 'pupils', pupilsFile(good, good.replace('5B', '5C')))
    assert.deepEqual(
      unequal.rejected.map(({ line, column, code }) => [line, column, code]),
      [
        [2, 'Id', 'duplicate'],
        [3, 'Id', 'duplicate'],
      ],
    )
    const upn = await importText(school, 'pupils', pupilsFile(good, good.replace(/^1/, '7')))
    assert.deepEqual(
      upn.rejected.map(({ code }) => code),
      ['duplicate-upn', 'duplicate-upn'],
    )
  })

  it('refuses a UPN that another pupil has, but lets two exchange theirs', async () => {
    const own = await newSchool()
    await importText(own, 'pupils', pupilsFile(...pupilRows))
    const taken = await importText(
      own,
      'pupils',
      pupilsFile(
        pupilRows[0]!,
        pupilRows[1]!,
        pupilRows[2]!,
        pupilRows[2]!.replace('3,,', '4,B801200005001,'),
      ),
    )
    assert.deepEqual(
      taken.rejected.map(({ code }) => code),
      ['duplicate-upn', 'duplicate-upn'],
    )
    const stolen = await importText(
      own,
      'pupils',
      pupilsFile(pupilRows[1]!, pupilRows[2]!.replace('3,,', '3,B801200005001,')),
      { confirmShortRead: true },
    )
    assert.deepEqual(
      stolen.rejected.map(({ line, column, code }) => [line, column, code]),
      [[3, 'Upn', 'upn-taken']],
    )
    const exchanged = await importText(
      own,
      'pupils',
      pupilsFile(
        pupilRows[0]!.replace('B801200005001', 'E823432124001'),
        pupilRows[1]!.replace('E823432124001', 'B801200005001'),
        pupilRows[2]!,
      ),
    )
    assert.deepEqual(
      [exchanged.applied, exchanged.changed, exchanged.difference.fields],
      [true, 2, { upn: 2 }],
    )
  })
})

describe('refusing files', () => {
  let school: SchoolStore
  before(async () => {
    school = await newSchool()
  })
  const file = pupilsFile(...pupilRows)
  const cases: [string, string | Uint8Array, string | undefined][] = [
    ['Windows-1252 that was not announced', Buffer.from(file, 'latin1'), 'line 2'],
    ['UTF-16', Buffer.from('\ufeff' + file, 'utf16le'), 'line 1'],
    ['NUL', file.replace('Ng', 'N\u0000g'), 'line 3'],
    ['a missing column', file.replace('Surname', 'Name'), 'line 1'],
    ['a column twice', file.replace('Class', 'Id'), 'line 1'],
    ['nothing', '', 'line 1'],
    ['an open quotation mark', file.replace('Ng', '"Ng'), 'line 3'],
    ['a giant cell', file.replace('Ng', 'N'.repeat(50_000)), 'line 3'],
  ]
  for (const [name, text, where] of cases) {
    it(name, async () => {
      await assert.rejects(importText(school, 'pupils', text), {
        name: 'GatehouseError',
        code: 'bad-input',
        where,
      })
      assert.equal((await school.read((tx) => findPupils(tx, {}))).length, 0)
      const staged = await school.read((tx) => tx.selectFrom('import_row').select('row').execute())
      assert.deepEqual(staged, [])
    })
  }

  it('reads a byte-order mark, and Windows-1252 when the map says so', async () => {
    assert.equal((await importText(school, 'pupils', '\ufeff' + file, { apply: false })).new, 3)
    const map = { ...maps.pupils, encoding: 'windows-1252' as const }
    const report = await importText(school, 'pupils', Buffer.from(file, 'latin1'), { apply: false, map })
    assert.deepEqual([report.new, report.rejected], [3, []])
  })

  it('says which columns it does not read', async () => {
    const report = await importText(school, 'pupils', `${pupilHeader},Notes\r\n${pupilRows[0]},secret\r\n`, {
      apply: false,
    })
    assert.deepEqual(report.ignored, ['Notes'])
    assert.doesNotMatch(JSON.stringify(report), /secret/)
  })
})

describe('what can go wrong around a file', () => {
  const source = { format: 'csv', map: maps.pupils, codes } as const
  const staged = (school: SchoolStore) =>
    school.read((tx) => tx.selectFrom('import_row').select('row').execute())

  it('says so when the file is not there, is a folder, or breaks off while it is read', async () => {
    const school = await newSchool()
    await assert.rejects(importFile(school, source, '/nowhere/pupils.csv', { at, apply: true }), {
      code: 'not-found',
    })
    await assert.rejects(importFile(school, source, '/', { at, apply: true }), { code: 'bad-input' })
    const breaks = Readable.from(
      (function* () {
        yield Buffer.from(pupilsFile(...pupilRows))
        throw Object.assign(new Error('secret words of the network'), { code: 'ECONNRESET' })
      })(),
    )
    await assert.rejects(importFile(school, source, breaks, { at, apply: true }), (error: unknown) => {
      assert.ok(error instanceof GatehouseError)
      assert.equal(error.code, 'bad-input')
      assert.doesNotMatch(error.explain(), /secret/)
      return true
    })
    assert.deepEqual(await staged(school), [])
    assert.equal((await school.read((tx) => findPupils(tx, {}))).length, 0)
  })

  it('stops an import of a source whose next import has begun, instead of applying half of it', async () => {
    const school = await newSchool()
    let goOn: () => void = () => undefined
    const secondDone = new Promise<void>((resolve) => (goOn = resolve))
    let begun: () => void = () => undefined
    const firstStaged = new Promise<void>((resolve) => (begun = resolve))
    const slow = Readable.from(
      (async function* () {
        const rows = Array.from(
          { length: 2500 },
          (_, i) => `x${i},,Slow,Pupil,01/01/2018,Boy,3,C,2022-09-01,,,,,`,
        )
        yield Buffer.from(pupilsFile(...rows))
        await secondDone
      })(),
    )
    const first = importFile(school, source, slow, { at, apply: true, onProgress: () => begun() })
    const outcome = assert.rejects(first, { name: 'GatehouseError', code: 'conflict' })
    await firstStaged
    const second = await importText(school, 'pupils', pupilsFile(...pupilRows))
    goOn()
    await outcome
    assert.equal(second.applied, true)
    assert.equal((await school.read((tx) => findPupils(tx, {}))).length, 3)
    assert.deepEqual(await staged(school), [])
  })

  it('records each run with its counts and the places of its rejections, without values', async () => {
    const school = await newSchool()
    await importText(school, 'pupils', pupilsFile(...pupilRows))
    await importText(school, 'pupils', pupilsFile(pupilRows[0]!.replace('Zoë', 'Z0e')), {
      fileName: '../a/b.csv',
    })
    const runs = await school.read((tx) =>
      tx.selectFrom('import_run').selectAll().orderBy('started_at').execute(),
    )
    assert.deepEqual(
      runs.map((run) => [run.source, run.file_name, run.new_count, run.applied_at !== null, run.rejections]),
      [
        ['pupils', 'pupils.csv', 3, true, []],
        ['pupils', 'b.csv', 0, false, [{ line: 2, column: 'Forename', code: 'bad-characters' }]],
      ],
    )
  })
})
