import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { declarations, derive, take, type HandMade } from '../testing/hand-made.ts'
import { derivedSql } from '../build/derived-sql.ts'

type Row = HandMade[string][number]
let place = 0
const result = (pmr: string, subject: string, more: Row): Row => ({
  academic_year: 2024,
  term: 'YEAR',
  pmr,
  urn: '100001',
  la_code: '894',
  return_id: 'r',
  n: ++place,
  subject,
  method: subject === 'WRI' || subject === 'SCI' ? 'A' : 'T',
  in_national_results: 1,
  ...more,
})
const award = (pmr: string, qualification: string, points: number, more: Row = {}): Row => ({
  academic_year: 2024,
  term: 'JUN',
  pmr,
  urn: '100002',
  return_id: 'g',
  n: ++place,
  qualification_number: qualification,
  subject: qualification,
  points,
  standard_pass: points >= 4 ? 1 : 0,
  strong_pass: points >= 5 ? 1 : 0,
  ...more,
})

describe('results', () => {
  it('chooses the record in national results, then the best, and counts the rest (NPD-11)', async () => {
    const ks2 = [
      result('P', 'REA', { scaled_score: 112, expected: 1, in_national_results: 0 }),
      result('P', 'REA', { scaled_score: 98, expected: 0 }),
      result('P', 'REA', { scaled_score: 104, expected: 1 }),
      result('P', 'MAT', { scaled_score: 101, expected: 1 }),
      result('P', 'WRI', { expected: 1 }),
    ]
    const [found] = await derive('ks2_pupil', { ks2 }, 2024)
    assert.deepEqual(
      [
        found?.['read_score'],
        found?.['records_not_chosen'],
        found?.['rwm_expected'],
        found?.['rwm_eligible'],
      ],
      [104, 2, 1, 1],
    )
  })

  it('leaves reading, writing and mathematics together unknown where one is', async () => {
    const [found] = await derive(
      'ks2_pupil',
      { ks2: [result('P', 'REA', { expected: 1 }), result('P', 'MAT', { expected: 1 })] },
      2024,
    )
    assert.deepEqual([found?.['rwm_expected'], found?.['rwm_eligible']], [null, 0])
  })

  it('refuses years of other measures, and has none of their columns (NPD-12)', () => {
    const of = declarations.derived.get('ks2_pupil')
    assert.ok(of)
    assert.throws(
      () => derivedSql(of, 2015),
      (error: unknown) => error instanceof GatehouseError && error.code === 'bad-input',
    )
    const ks4 = declarations.derived.get('ks4_pupil')
    assert.ok(ks4)
    assert.throws(() => derivedSql(ks4, 2016), GatehouseError)
    assert.equal(
      declarations.sources.get('ks2')?.columns.find(({ name }) => name === 'scaled_score')?.years.from,
      2016,
    )
  })

  it('takes the best of several results of a subject', async () => {
    const ks4 = [
      award('P', 'MAT', 3, { term: 'NOV' }),
      award('P', 'MAT', 5),
      award('P', 'ENL', 6),
      award('P', 'ENT', 4),
    ]
    const [found] = await derive('ks4_pupil', { ks4 }, 2024)
    assert.deepEqual(
      ['entries', 'passes_94', 'maths_95', 'english_95', 'basics_95', 'points', 'five_94'].map(
        (name) => found?.[name],
      ),
      [3, 3, 1, 1, 1, 15, 0],
    )
  })

  it('gives progress as whole numbers that sum to nought over a group, and says why there is none', async () => {
    const scores: readonly (readonly [string, number, number])[] = [
      ['A', 100, 50],
      ['B', 101, 40],
      ['C', 100, 45],
      ['D', 101, 61],
      ['E', 100, 30],
    ]
    const ks2_pupil = [
      ...scores.map(([pmr, score]): Row => ({ academic_year: 2019, pmr, read_score: score, mat_score: 100 })),
      { academic_year: 2019, pmr: 'F', read_score: 85, mat_score: 85 },
    ]
    const ks4_pupil = [
      ...scores.map(([pmr, , points]): Row => ({ academic_year: 2024, pmr, urn: '1', points_best8: points })),
      { academic_year: 2024, pmr: 'F', points_best8: 20 },
      { academic_year: 2024, pmr: 'G', points_best8: 20 },
    ]
    const rows = await derive('progress', { ks2_pupil, ks4_pupil }, 2024)
    const known = rows.filter((row) => row['reason'] === null)
    assert.deepEqual(
      known.map((row) => row['progress_denominator']),
      [5, 5, 5, 5, 5],
    )
    assert.equal(
      known.reduce((sum, row) => sum + Number(row['progress_numerator']), 0),
      0,
    )
    const of = (pmr: string) => rows.find((row) => row['pmr'] === pmr)
    assert.deepEqual(
      [of('A')?.['progress_numerator'], of('F')?.['reason'], of('G')?.['reason']],
      [50 * 5 - 226, 'small-group', 'no-prior-attainment'],
    )
  })

  it('counts marks against the mark of the standard', async () => {
    const rows = [
      { n: 2, mark: '32', outcome: '-2' },
      { n: 3, mark: '31', outcome: '-2' },
      { n: 4, mark: '-2', outcome: 'A' },
      { n: 5, mark: '-2', outcome: 'Q' },
      { n: 6, mark: '20', outcome: 'Wa' },
    ]
    const { attributes } = await take(
      'phonics',
      { year: 2025, term: 'YEAR' },
      { header: [{ n: 1, lea: '894', version: 'P' }], check: rows },
    )
    assert.deepEqual(
      attributes.toSorted((a, b) => Number(a['n']) - Number(b['n'])).map((row) => row['met_standard']),
      [1, 0, 0, null, 1],
    )
    assert.equal(attributes.find((row) => row['n'] === 4)?.['mark'], null)
  })
})

describe('suspensions and children in need', () => {
  it('has a row for each suspension (NPD-17)', async () => {
    const { attributes } = await take(
      'exclusion',
      { year: 2025, term: 'SUM' },
      {
        header: [{ n: 1, urn: '100001', lea: '894' }],
        pupil: [{ n: 2, ncYear: '9', sex: 'M' }],
        suspension: Array.from({ length: 41 }, (_, at) => ({
          n: at + 3,
          parent: 2,
          category: at === 0 ? 'FIXD' : 'SUSP',
          sessions: '2',
          start: '2024-10-01',
        })),
      },
      { 2: 'P' },
    )
    assert.equal(attributes.length, 41)
    assert.ok(
      attributes.every(
        (row) =>
          row['pmr'] === 'P' &&
          row['category'] === 'SUSP' &&
          row['term'] === 'AUT' &&
          row['academic_year'] === 2025,
      ),
    )
  })

  const episode = (pmr: string | null, year: number, more: Row = {}): Row => ({
    academic_year: year,
    term: 'YEAR',
    pmr,
    la_code: '894',
    return_id: `c${String(year)}`,
    n: 5,
    child_key: 2,
    sex: 'F',
    ethnicity: 'WBRI',
    primary_need: 'N1',
    referral_date: '2022-05-01',
    disabled: 0,
    ...more,
  })

  it('has one row an episode, however many years it stays open, with its latest values (NPD-13)', async () => {
    const cin = [
      episode('P', 2023),
      episode('P', 2024, { primary_need: 'N4' }),
      episode('P', 2025, { primary_need: 'N4', closure_date: '2024-11-01' }),
    ]
    const rows = await derive('cin_episode', { cin }, 2025)
    assert.equal(rows.length, 1)
    assert.deepEqual(
      [rows[0]?.['primary_need'], rows[0]?.['closure_date'], rows[0]?.['years_seen']],
      ['N4', '2024-11-01', 3],
    )
  })

  it('never joins children without a reference; it marks them (NPD-14)', async () => {
    const cin = [
      episode(null, 2024, { la_code: '893', return_id: 'x' }),
      episode(null, 2024, { la_code: '894', return_id: 'y' }),
      episode(null, 2024, { la_code: '895', return_id: 'z', sex: 'M' }),
    ]
    const rows = await derive('cin_episode', { cin }, 2024)
    assert.deepEqual(
      rows.map((row) => [row['la_code'], row['person_known'], row['possibly_linked']]),
      [
        ['893', 0, 1],
        ['894', 0, 1],
        ['895', 0, 0],
      ],
    )
  })
})
