import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { writeCtf } from '../../core/standards/ctf/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { importFile, parseImportMap, type ImportSource } from './index.ts'
import { at, codes, maps, pupilRows, pupilsFile, registerOf } from './testing/files.ts'

const store = await openTestStore()

const ctf = writeCtf(
  {
    version: '26.0',
    dateTime: '2026-11-20T10:00:00',
    qualifier: 'full',
    source: { la: '823', establishment: '2001', name: 'Old' },
    destination: { la: '894', establishment: '2199' },
  },
  [
    {
      upn: 'B801200005001',
      surname: "O'Brien",
      forename: 'Zoë',
      dateOfBirth: '2016-02-29',
      sex: 'F',
      basicDetails: { yearGroup: '5' },
      contacts: { contact: [{ surname: 'B', forename: 'M', relationship: 'PAM' }] },
    },
    {
      surname: 'Ng',
      forename: 'Ana',
      dateOfBirth: '2017-04-03',
      sex: 'F',
      basicDetails: { yearGroup: '4' },
      sen: { needs: { need: [{ type: 'ASD' }] } },
    },
  ],
)
const csv = Buffer.from(pupilsFile(...pupilRows))

const hostile = fc.constantFrom(
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '&b;',
  '<a>'.repeat(40),
  '"',
  '\u0000',
  '../../../etc/passwd',
  'x'.repeat(50_000),
  '\ufeff',
  '=cmd|x',
  '\r\n\r\n',
  ','.repeat(300),
  "'); drop table pupil; --",
  '\\u0000',
  '{"a":1}',
)

/** Cuts, flips and inserts, so that shrinking finds the one that matters. */
const damage = (good: Uint8Array) =>
  fc
    .record({
      flips: fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      insert: fc.option(fc.tuple(fc.nat(good.length), hostile)),
      cut: fc.option(fc.nat(good.length)),
    })
    .map(({ flips, insert, cut }) => {
      let bytes = Buffer.from(good.subarray(0, cut ?? good.length))
      for (const [place, value] of flips) if (place < bytes.length) bytes[place] = value
      if (insert)
        bytes = Buffer.concat([
          bytes.subarray(0, insert[0]),
          Buffer.from(insert[1]),
          bytes.subarray(insert[0]),
        ])
      return bytes
    })

describe('damaged files', () => {
  const sources: [string, ImportSource, Uint8Array][] = [
    ['csv', { format: 'csv', map: maps.pupils, codes }, csv],
    ['ctf', { format: 'ctf', codes }, ctf],
  ]
  for (const [name, source, good] of sources) {
    it(`${name}: a report or a GatehouseError, and what was not applied left no trace`, async () => {
      const school = await addSchool(store, name === 'csv' ? '400001' : '400002')
      let before = await registerOf(school)
      await fc.assert(
        fc.asyncProperty(damage(good), fc.boolean(), async (bytes, withoutRejected) => {
          try {
            const report = await importFile(school, source, Readable.from([bytes]), {
              at,
              apply: true,
              withoutRejected,
            })
            const { new: fresh, changed, unchanged, held, rejected, rows } = report
            // Equal rows count once, so there may be fewer; there may never be more.
            assert.ok(
              fresh + changed + unchanged + held + new Set(rejected.map(({ line }) => line)).size <= rows,
            )
            assert.equal(report.notApplied === null, report.applied)
            if (!withoutRejected && rejected.length > 0) assert.equal(report.applied, false)
            const after = await registerOf(school)
            if (!report.applied) assert.equal(after, before)
            before = after
          } catch (error) {
            assert.ok(
              error instanceof GatehouseError,
              error instanceof Error ? (error.stack ?? '') : String(error),
            )
            assert.equal(error.code, 'bad-input')
            assert.equal(await registerOf(school), before)
          }
          const staged = await school.read((tx) => tx.selectFrom('import_row').select('row').execute())
          assert.deepEqual(staged, [])
        }),
        { numRuns: 120 },
      )
    })
  }

  it('column maps: a map or a GatehouseError with file and line', () => {
    const good =
      'id: a\nlabel: A\ntarget: pupils\ncolumns:\n  - { header: Id, field: misId, read: text }\n  - { header: B, field: dateOfBirth, read: date }\n'
    assert.equal(parseImportMap(good, 'a.yaml').columns.length, 2)
    const cases: [string, RegExp][] = [
      [good.replace('misId', 'nickname'), /a\.yaml, line 5/],
      [good.replace('read: date', 'read: list'), /a\.yaml, line 6/],
      [good.replace('header: B', 'header: Id'), /a\.yaml, line 6/],
      [good.replace('dateOfBirth, read: date', 'misId, read: text'), /a\.yaml, line 6/],
      [good.replace('target: pupils', 'target: teachers'), /a\.yaml, line 3/],
      [good.replace('label: A', 'lable: A'), /a\.yaml, line 1/],
      [good.replace('read: date }', 'read: date'), /a\.yaml, line \d/],
      [good.replace('pupils', 'contacts'), /a\.yaml, line \d/],
      ['', /a\.yaml, line 1/],
      ['[1]', /a\.yaml, line 1/],
    ]
    for (const [text, where] of cases) {
      assert.throws(
        () => parseImportMap(text, 'a.yaml'),
        (error: unknown) =>
          error instanceof GatehouseError && error.code === 'bad-policy' && where.test(error.where ?? ''),
        text,
      )
    }
    fc.assert(
      fc.property(damage(Buffer.from(good)), (bytes) => {
        try {
          parseImportMap(bytes.toString('utf8'), 'a.yaml')
        } catch (error) {
          assert.ok(error instanceof GatehouseError, String((error as Error).stack))
        }
      }),
      { numRuns: 300 },
    )
  })
})
