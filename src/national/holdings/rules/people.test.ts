import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { derive, take, type HandMade } from '../testing/hand-made.ts'

type Row = HandMade[string][number]
let place = 0
const census = (pmr: string, year: number, term: 'AUT' | 'SPR' | 'SUM', more: Row = {}): Row => ({
  academic_year: year,
  term,
  pmr,
  urn: '100001',
  la_code: '894',
  return_id: 'r',
  n: ++place,
  census_date: `${String(term === 'AUT' ? year - 1 : year)}-${{ AUT: '10-05', SPR: '01-18', SUM: '05-16' }[term]}`,
  on_roll: 1,
  ncyear: '7',
  age_at_start: 11,
  record_status: 0,
  fsm_eligible: 0,
  sen_group: 'none',
  ...more,
})
const people = (rows: readonly Row[], year = 2024) => derive('pupil_year', { school_census: rows }, year)

describe('what a census says of a person', () => {
  it('has ethnicity in spring alone, and of the nearest census otherwise, with its day (NPD-5)', async () => {
    const rows = [
      census('P', 2022, 'SPR', { ethnicity: 'AIND' }),
      census('P', 2023, 'SPR', { ethnicity: 'WBRI', ethnic_group: 'WHIT' }),
      census('P', 2024, 'AUT'),
    ]
    const [found] = await people(rows)
    assert.deepEqual(
      [found?.['ethnicity_nearest'], found?.['ethnic_group'], found?.['ethnicity_date']],
      ['WBRI', 'WHIT', '2023-01-18'],
    )
    const [spring] = await people([...rows, census('P', 2024, 'SPR', { ethnicity: 'MWAS' })])
    assert.equal(spring?.['ethnicity_nearest'], 'MWAS')
    const tables = {
      header: [{ n: 1, urn: '100001', lea: '894' }],
      pupil: [{ n: 2, ethnicity: 'WBRI', onRoll: 'true' }],
    }
    const asked = await take('school_census', { year: 2025, term: 'SPR' }, tables, { 2: 'P' })
    const notAsked = await take('school_census', { year: 2025, term: 'SUM' }, tables, { 2: 'P' })
    assert.deepEqual(
      [asked.attributes[0]?.['ethnicity'], notAsked.attributes[0]?.['ethnicity']],
      ['WBRI', null],
    )
  })

  it('gives fixed values twice, modal and latest, ties by the latest date, and how many there are (NPD-6)', async () => {
    const [three] = await people([
      census('P', 2023, 'AUT', { sex: 'F' }),
      census('P', 2023, 'SPR', { sex: 'F' }),
      census('P', 2024, 'AUT', { sex: 'M' }),
    ])
    assert.deepEqual([three?.['sex_modal'], three?.['sex_latest'], three?.['sex_values']], ['F', 'M', 2])
    const [tie] = await people([
      census('P', 2023, 'AUT', { sex: 'F' }),
      census('P', 2024, 'AUT', { sex: 'M' }),
    ])
    assert.equal(tie?.['sex_modal'], 'M')
  })

  it('knows one value for each sex, however it was coded; unknown stays unknown (NPD-7)', async () => {
    const coded = ['M', 'F', '1', '2', '0', '9', 'U', 'm', ' F ']
    const { attributes } = await take(
      'school_census',
      { year: 2025, term: 'SPR' },
      {
        header: [{ n: 1, urn: '100001', lea: '894' }],
        pupil: coded.map((sex, at) => ({ n: at + 2, sex })),
      },
    )
    const byPlace = attributes.toSorted((a, b) => Number(a['n']) - Number(b['n'])).map((row) => row['sex'])
    assert.deepEqual(byPlace, ['M', 'F', 'M', 'F', null, null, null, 'M', 'F'])
  })

  it('makes one series of SEN provision across 2014/15 and keeps the code (NPD-8)', async () => {
    const codes = ['A', 'P', 'K', 'S', 'E', 'e', 'N', null]
    const { attributes } = await take(
      'school_census',
      { year: 2025, term: 'SPR' },
      {
        header: [{ n: 1, urn: '100001', lea: '894' }],
        pupil: codes.map((senProvision, at) => ({ n: at + 2, senProvision })),
      },
    )
    const rows = attributes.toSorted((a, b) => Number(a['n']) - Number(b['n']))
    assert.deepEqual(
      rows.map((row) => row['sen_group']),
      ['support', 'support', 'support', 'plan', 'plan', 'plan', 'none', null],
    )
    assert.deepEqual(
      rows.map((row) => row['sen_provision']),
      codes,
    )
  })

  it('trims year groups and places X by age only where it is asked (NPD-9)', async () => {
    const { attributes } = await take(
      'school_census',
      { year: 2025, term: 'SPR' },
      {
        header: [{ n: 1, urn: '100001', lea: '894' }],
        pupil: [
          { n: 2, ncYear: 'n2 ' },
          { n: 3, ncYear: ' x' },
        ],
      },
    )
    assert.deepEqual(
      attributes.toSorted((a, b) => Number(a['n']) - Number(b['n'])).map((row) => row['ncyear']),
      ['N2', 'X'],
    )
    const [found] = await people([census('P', 2024, 'AUT', { ncyear: 'X', age_at_start: 11 })])
    assert.deepEqual([found?.['ncyear'], found?.['ncyear_placed']], ['X', '7'])
  })

  it('keeps a pupil of year 7 in two years, and says so of the second (NPD-10)', async () => {
    const rows = [census('P', 2023, 'SPR'), census('P', 2024, 'SPR')]
    const [first] = await people(rows, 2023)
    const [second] = await people(rows, 2024)
    assert.deepEqual(
      [first?.['ncyear'], first?.['in_year_before'], second?.['ncyear'], second?.['in_year_before']],
      ['7', 0, '7', 1],
    )
  })

  it('concludes who was enrolled from school, alternative provision and referral units together (NPD-15)', async () => {
    const rows = await derive(
      'enrolment',
      {
        school_census: [census('A', 2012, 'SPR'), census('D', 2012, 'SPR', { on_roll: 0 })],
        ap_census: [{ academic_year: 2012, pmr: 'B', on_roll: 1 }],
        pru_census: [
          { academic_year: 2012, pmr: 'C', on_roll: 1 },
          { academic_year: 2012, pmr: 'A', on_roll: 1 },
        ],
      },
      2012,
    )
    assert.deepEqual(
      rows.map((row) => [row['pmr'], row['in_school'], row['in_ap'], row['in_pru']]),
      [
        ['A', 1, 0, 1],
        ['B', 0, 1, 0],
        ['C', 0, 0, 1],
      ],
    )
  })

  it('gives “ever” with its window and the years it saw (NPD-16)', async () => {
    const rows = [
      census('P', 2018, 'SPR', { fsm_eligible: 1 }),
      census('P', 2019, 'SPR', { sen_group: 'support' }),
      census('P', 2024, 'SPR'),
      census('Q', 2019, 'SPR', { fsm_eligible: 1 }),
      census('Q', 2024, 'SPR'),
    ]
    const found = await people(rows)
    assert.deepEqual(
      found.map((row) => [
        row['pmr'],
        row['ever_fsm6'],
        row['ever_sen6'],
        row['ever_from'],
        row['ever_years_observed'],
        row['disadvantaged'],
      ]),
      [
        ['P', 0, 1, 2019, 2, 0],
        ['Q', 1, 0, 2019, 2, 1],
      ],
    )
  })

  it('takes no value from a later year', async () => {
    const rows = [census('P', 2024, 'AUT', { sex: 'F' })]
    const later = [
      census('P', 2025, 'SPR', { sex: 'M', ethnicity: 'WBRI', fsm_eligible: 1 }),
      census('P', 2025, 'SUM', { sex: 'M' }),
    ]
    assert.deepEqual(await people([...rows, ...later]), await people(rows))
  })

  it('has a free meal where a period in England is open on census day', async () => {
    const day = '2025-01-16'
    const period = (n: number, start: string, end: string | null, country: string | null = 'ENG') => ({
      n: n + 100,
      parent: n,
      start,
      end,
      country,
    })
    const { attributes } = await take(
      'school_census',
      { year: 2025, term: 'SPR' },
      {
        header: [{ n: 1, urn: '100001', lea: '894' }],
        pupil: [2, 3, 4, 5, 6].map((n) => ({ n })),
        freeMealPeriod: [
          period(2, '2024-01-01', null),
          period(3, '2024-01-01', '2025-01-15'),
          period(4, '2025-01-17', null),
          period(5, day, day),
          period(6, '2024-01-01', null, 'WLS'),
        ],
      },
    )
    assert.deepEqual(
      attributes.toSorted((a, b) => Number(a['n']) - Number(b['n'])).map((row) => row['fsm_eligible']),
      [1, 0, 0, 1, 0],
    )
  })

  it('counts age on 31 August before the year', async () => {
    const { attributes } = await take(
      'school_census',
      { year: 2025, term: 'SPR' },
      {
        header: [{ n: 1, urn: '100001', lea: '894' }],
        pupil: [
          { n: 2, dob: '2013-08-31' },
          { n: 3, dob: '2013-09-01' },
        ],
      },
    )
    assert.deepEqual(
      attributes.toSorted((a, b) => Number(a['n']) - Number(b['n'])).map((row) => row['age_at_start']),
      [11, 10],
    )
  })
})
