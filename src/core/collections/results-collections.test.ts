import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkReturn, type GivenRecords } from './check-return.ts'
import type { CollectionDefinition, TermDefinition } from './definition.ts'
import { readCollection } from './read-collection.ts'
import { recognise } from './recognise.ts'
import { termDefinition } from './term-definition.ts'
import { describeFormat } from './testing/describe-format.ts'
import { changed, exampleOf, streamOf, type ResultsFile } from './testing/results-file.ts'

const policy = join(import.meta.dirname, '../../../policy')

interface Sample {
  readonly collection: CollectionDefinition
  readonly term: TermDefinition
  readonly example: ResultsFile
}

async function sampleOf(id: string): Promise<Sample> {
  const read = await readCollection(policy, id, 2026)
  assert.ok(read.ok, JSON.stringify(read))
  const [first = ''] = read.value.terms.keys()
  const term = termDefinition(read.value, first)
  assert.ok(term)
  return { collection: read.value, term, example: await exampleOf(policy, read.value) }
}
const keyStage2 = await sampleOf('key-stage-2')
const phonics = await sampleOf('phonics')
const gcse = await sampleOf('gcse')

async function found(
  { collection, term }: Sample,
  file: ResultsFile,
  given: GivenRecords = {},
  cut = 0,
): Promise<readonly string[]> {
  const result = await checkReturn(streamOf(file, collection, cut), term, given, file.name)
  assert.ok(result.ok, JSON.stringify(result))
  const { findings } = result.value
  await result.value.close()
  return findings.map(({ rule, location }) => `${rule} ${location}`)
}

for (const sample of [keyStage2, phonics, gcse]) {
  const { collection, term, example } = sample
  describe(`a message of ${collection.id}`, () => {
    it('says what it is before anything of it is loaded', async () => {
      const header = await recognise(streamOf(example, collection), collection)
      assert.ok(header.ok, JSON.stringify(header))
      assert.deepEqual(header.value, example.header)
      assert.ok(collection.message.known.includes(header.value['collection'] ?? ''))
    })

    it('has no finding but what it is asked about, and every row is counted', async () => {
      const result = await checkReturn(streamOf(example, collection), term, {}, example.name)
      assert.ok(result.ok)
      const { findings, counts, report } = result.value
      await result.value.close()
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        sample === phonics ? ['P205Q'] : [],
      )
      assert.deepEqual([...counts.values()], [1, example.rows.length])
      assert.deepEqual([report.notes.length, report.moreNotes], [0, 0])
    })

    it('follows the version before it', async () => {
      const versionBefore = { versionPlace: '3', sequenceNo: '001', rows: '1000' }
      const rules = (await found(sample, example, { versionBefore })).map((each) =>
        each.split(' ')[0]?.slice(1),
      )
      for (const rule of ['110', '111', '112Q']) assert.ok(rules.includes(rule), rule)
      assert.ok(!rules.includes('113Q'))
    })

    it('is compared with the year before it', async () => {
      const previous = { rows: '1000', juneRows: '1000', novemberRows: '1000' }
      const rules = (await found(sample, example, { previous })).map((each) => each.split(' ')[0]?.slice(1))
      assert.ok(rules.includes('113Q'))
      assert.ok(!rules.includes('112Q'))
    })

    it('is found out when it was cut off', async () => {
      const all = await found(sample, example, {}, 1)
      assert.ok(all.some((each) => each.slice(1) === '108 Header: Number of rows'))
    })

    it('is described in the collection’s README as it is read', async () => {
      const readme = await readFile(join(policy, 'collections', collection.id, 'README.md'), 'utf8')
      assert.ok(readme.includes(describeFormat(collection)), describeFormat(collection))
    })

    it('describes every column with a pattern and a sentence', () => {
      for (const table of term.tables.values())
        for (const { name, pattern, says } of table.given ? [] : table.items.values())
          assert.ok(pattern !== null && says !== null, name)
    })
  })
}

describe('faults of results', () => {
  it('are all found in key stage 2, at their rows', async () => {
    const faulty = changed(
      keyStage2.example,
      { version: 'F' },
      { scaledScore: '99' },
      { mark: '120', upn: 'A801200001001' },
      { outcome: 'M' },
      { outcome: '4' },
      { estab: '421' },
    )
    // Of one pupil: what is different in one row is said of all, for nobody knows which is right.
    const ofPupil = ['K220', 'K224']
    const all = (await found(keyStage2, { ...faulty, name: 'KS2-2026-STA-F-001.csv' })).filter(
      (each) => !ofPupil.some((rule) => each.startsWith(rule)),
    )
    assert.deepEqual(all, [
      'K310 Result 1, line 4: Outcome, Scaled score',
      'K202 Result 2, line 5: Unique pupil number',
      'K308 Result 2, line 5: Mark, Subject',
      'K320Q Result 3, line 6: Outcome',
      'K304 Result 4, line 7: Outcome',
      'K217 Result 5, line 8: Establishment number',
    ])
  })

  it('are all found in phonics, at their rows', async () => {
    const faulty = changed(
      phonics.example,
      { lea: '999', createdOn: '2026-06-18' },
      { mark: '41', outcome: 'Wa' },
      { outcome: 'Wa', yearGroup: '3' },
      { outcome: '-2' },
    )
    assert.deepEqual(await found(phonics, faulty), [
      'S6 line 2: the name of the file says another: Local authority number',
      'P103 Header: Local authority number',
      'P302 Check 1, line 4: Mark',
      'P301 Check 2, line 5: Year group',
      'P306Q Check 2, line 5: Mark, Outcome',
      'P205Q Check 3, line 6: Unique pupil number',
      'P304 Check 3, line 6: Mark, Outcome',
      'P310 Check 3, line 6: Day of the check',
    ])
  })

  it('are all found in GCSE, at their rows', async () => {
    const faulty = changed(
      gcse.example,
      { version: 'F', sequenceNo: '002' },
      { qualification: '601/8580', mark: '241' },
      { uln: '1000000044', uci: '123450120001X', centreNcn: '-2', grade: 'A*' },
      {},
    )
    assert.deepEqual(await found(gcse, { ...faulty, name: 'gcse-2026-jun-aqa-f-002.CSV' }), [
      'G227 Result 1, line 4: Unique learner number, Unique candidate identifier',
      'G301 Result 1, line 4: Qualification number',
      'G307 Result 1, line 4: Mark, Highest mark',
      'G202 Result 2, line 5: Unique learner number',
      'G224 Result 2, line 5: National centre number, Unique reference number of the centre, Other identifier of the centre',
      'G227 Result 2, line 5: Unique learner number, Unique candidate identifier',
      'G302 Result 2, line 5: Grade',
      'G227 Result 3, line 6: Unique learner number, Unique candidate identifier',
      'G310 Result 3, line 6: Grade',
    ])
  })

  it('are told from codes of other years', () => {
    const { collection } = keyStage2
    const term = collection.terms.get('YEAR')
    assert.ok(term)
    const codesOf = (census: string): ReadonlySet<string> =>
      new Set(
        termDefinition({ ...collection, terms: new Map([['YEAR', { ...term, census }]]) }, 'YEAR')?.codes.get(
          'key-stage-2-outcome',
        ),
      )
    for (const [census, used, unused] of [
      ['2015-07-07', ['4', 'N', 'B'], ['AS', 'PKF', 'PK1', 'EM']],
      ['2017-07-04', ['AS', 'PKF', 'BLW', 'B'], ['4', 'PK1', 'EM']],
      ['2026-07-07', ['AS', 'PK6', 'EM', 'B'], ['4', 'PKF', 'BLW']],
    ] as const) {
      const codes = codesOf(census)
      assert.deepEqual(
        [used.filter((code) => !codes.has(code)), unused.filter((code) => codes.has(code))],
        [[], []],
      )
    }
  })
})
