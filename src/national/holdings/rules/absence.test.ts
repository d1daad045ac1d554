import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { derive, take, type HandMade } from '../testing/hand-made.ts'

type Row = HandMade[string][number]
const term = (
  pmr: string,
  urn: string,
  name: string,
  possible: number,
  overall: number,
  more: Row = {},
): Row => ({
  academic_year: 2024,
  term: name,
  pmr,
  urn,
  la_code: '894',
  ncyear: '8',
  return_id: `${urn}${name}`,
  n: 1,
  sess_possible: possible,
  sess_overall: overall,
  sess_authorised: overall,
  sess_unauthorised: 0,
  ...more,
})

describe('absence over a year', () => {
  it('sums sessions over enrolments before any rate (NPD-1)', async () => {
    // 40 of 50 and 0 of 350: the mean of two rates would be 40%, the child’s own is 10%.
    const absence = [term('P', '1', 'AUT', 50, 40), term('P', '2', 'SPR', 350, 0)]
    const [child] = await derive('absence_pupil_year', { absence }, 2024)
    assert.equal(child?.['sess_possible'], 400)
    assert.equal(child['sess_overall'], 40)
    assert.equal(child['enrolments'], 2)
    assert.equal(child['persistent'], 1)
    const enrolments = await derive('absence_year', { absence }, 2024)
    assert.deepEqual(
      enrolments.map((row) => [row['urn'], row['sess_possible'], row['persistent']]),
      [
        ['1', 50, 1],
        ['2', 350, 0],
      ],
    )
  })

  it('keeps a child with more than 420 sessions out of published rates (NPD-2)', async () => {
    const rows = await derive(
      'absence_pupil_year',
      { absence: [term('A', '1', 'AUT', 420, 0), term('B', '1', 'AUT', 421, 0)] },
      2024,
    )
    assert.deepEqual(
      rows.map((row) => [row['pmr'], row['in_rates']]),
      [
        ['A', 1],
        ['B', 0],
      ],
    )
  })

  it('has nothing, not nought, for a sixth half-term that was not collected (NPD-3)', async () => {
    const [before] = await derive(
      'absence_pupil_year',
      { absence: [term('P', '1', 'SUM', 60, 3, { academic_year: 2012 })] },
      2012,
    )
    assert.equal(before?.['summer6_possible'], null)
    const [since] = await derive(
      'absence_pupil_year',
      { absence: [term('P', '1', 'SUM', 60, 3), term('P', '1', 'SUM6', 70, 0)] },
      2024,
    )
    assert.equal(since?.['summer6_possible'], 70)
  })

  it('leaves the sixth half-term alone out for year 11, unless told (NPD-4)', async () => {
    const eleven = { ncyear: '11' }
    const absence = [
      term('P', '1', 'AUT', 140, 10, eleven),
      term('P', '1', 'SUM', 60, 5, eleven),
      term('P', '1', 'SUM6', 66, 50, eleven),
    ]
    const [child] = await derive('absence_pupil_year', { absence }, 2024)
    // The whole summer term left out would give 140 and 10.
    assert.equal(child?.['sess_possible'], 200)
    assert.equal(child['sess_overall'], 15)
    const [counted] = await derive('absence_pupil_year', { absence }, 2024, { sixth_half_term_of_year_11: 1 })
    assert.equal(counted?.['sess_possible'], 266)
    const [younger] = await derive(
      'absence_pupil_year',
      { absence: absence.map((row) => ({ ...row, ncyear: '10' })) },
      2024,
    )
    assert.equal(younger?.['sess_possible'], 266)
  })

  it('calls persistent what misses a tenth of its own sessions, 15% until 2014/15', async () => {
    const of = async (year: number, overall: number): Promise<unknown> =>
      (
        await derive(
          'absence_pupil_year',
          { absence: [term('P', '1', 'AUT', 100, overall, { academic_year: year })] },
          year,
        )
      )[0]?.['persistent']
    assert.deepEqual(
      [await of(2016, 9), await of(2016, 10), await of(2015, 14), await of(2015, 15)],
      [0, 1, 0, 1],
    )
  })

  it('agrees with a plain sum, whatever the terms', async () => {
    const rows = fc.array(
      fc.record({
        pmr: fc.constantFrom('A', 'B', 'C'),
        urn: fc.constantFrom('1', '2'),
        name: fc.constantFrom('AUT', 'SPR', 'SUM'),
        possible: fc.integer({ min: 1, max: 200 }),
        overall: fc.integer({ min: 0, max: 200 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const found = await derive(
          'absence_pupil_year',
          { absence: given.map((each) => term(each.pmr, each.urn, each.name, each.possible, each.overall)) },
          2024,
        )
        const expected = [...Map.groupBy(given, ({ pmr }) => pmr)]
          .map(([pmr, own]) => {
            const possible = own.reduce((sum, each) => sum + each.possible, 0)
            const overall = own.reduce((sum, each) => sum + each.overall, 0)
            return [pmr, possible, overall, overall * 10 >= possible ? 1 : 0]
          })
          .sort()
        assert.deepEqual(
          found.map((row) => [row['pmr'], row['sess_possible'], row['sess_overall'], row['persistent']]),
          expected,
        )
      }),
      { numRuns: 15 },
    )
  })

  it('reads sessions by the meaning of their code, of the term that the census brought', async () => {
    const tables = {
      header: [{ n: 1, parent: null, urn: '100001', lea: '894' }],
      pupil: [
        {
          n: 2,
          parent: null,
          onRoll: 'true',
          ncYear: '8',
          sessionsPossible: '130',
          summerSessionsPossible: '70',
        },
        { n: 3, parent: null, onRoll: 'true', ncYear: '8' },
      ],
      session: [
        { n: 4, parent: 2, code: 'I', sessions: '6' },
        { n: 5, parent: 2, code: 'O', sessions: '4' },
        { n: 6, parent: 2, code: 'Y1', sessions: '2' },
        { n: 7, parent: 2, code: 'V', sessions: '9' },
      ],
      summerSession: [{ n: 8, parent: 2, code: 'G', sessions: '5' }],
    }
    const summer = await take('absence', { year: 2025, term: 'AUT', part: 0 }, tables, { 2: 'P' })
    const sixth = await take('absence', { year: 2025, term: 'AUT', part: 1 }, tables, { 2: 'P' })
    const seen = (rows: typeof summer.attributes) =>
      rows.map((row) => [
        row['academic_year'],
        row['term'],
        row['pmr'],
        row['sess_possible'],
        row['sess_authorised'],
        row['sess_unauthorised'],
        row['sess_unable'],
      ])
    assert.deepEqual(seen(summer.attributes), [[2025, 'SUM', 'P', 130, 6, 4, 2]])
    assert.deepEqual(seen(sixth.attributes), [[2025, 'SUM6', 'P', 70, 0, 5, 0]])
  })
})
