import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { take } from '../testing/hand-made.ts'

interface Record_ {
  readonly pmr: string | null
  readonly onRoll: boolean
  readonly enrolStatus?: string
  readonly entryDate?: string
  readonly leavingDate?: string
  readonly type?: string
  readonly ncYear?: string
}

/** The status of each record, in their order. A record whose school is of another type stands in a return of its own. */
async function statuses(
  records: readonly Record_[],
  hand: readonly number[] = [],
): Promise<readonly unknown[]> {
  const { attributes } = await take(
    'school_census',
    { year: 2025, term: 'SPR' },
    {
      header: [{ n: 1, urn: '100001', lea: '894' }],
      school: [{ n: 2, type: '18' }],
      pupil: records.map(({ onRoll, enrolStatus, entryDate, leavingDate, ncYear }, at) => ({
        n: at + 10,
        onRoll: String(onRoll),
        enrolStatus: enrolStatus ?? null,
        entryDate: entryDate ?? null,
        leavingDate: leavingDate ?? null,
        ncYear: ncYear ?? '5',
      })),
    },
    Object.fromEntries(records.flatMap(({ pmr }, at) => (pmr === null ? [] : [[at + 10, pmr]]))),
    hand.map((at) => at + 10),
  )
  return attributes.toSorted((a, b) => Number(a['n']) - Number(b['n'])).map((row) => row['record_status'])
}

const on = (more: Partial<Record_> = {}): Record_ => ({
  pmr: 'P',
  onRoll: true,
  enrolStatus: 'C',
  entryDate: '2020-09-01',
  ...more,
})
const off = (leavingDate: string): Record_ => ({ pmr: 'P', onRoll: false, leavingDate })

describe('record status', () => {
  const cases: readonly (readonly [string, readonly Record_[], readonly number[]])[] = [
    ['the only record', [on()], [0]],
    ['one of two on roll', [off('2024-12-01'), on()], [101, 1]],
    ['two off roll: the latest leaving date', [off('2024-10-01'), off('2024-12-01')], [102, 2]],
    ['two on roll: main before subsidiary', [on({ enrolStatus: 'S' }), on({ enrolStatus: 'M' })], [103, 3]],
    ['two on roll alike: the latest entry', [on(), on({ entryDate: '2024-09-01' })], [104, 4]],
    ['one of three on roll', [off('2024-10-01'), on(), off('2024-11-01')], [105, 5, 105]],
    ['three off roll', [off('2024-10-01'), off('2024-11-01'), off('2024-09-01')], [106, 6, 106]],
    [
      'three, two on roll: enrolment status',
      [on({ enrolStatus: 'S' }), on(), off('2024-11-01')],
      [107, 7, 107],
    ],
    ['three on roll alike: the latest entry', [on(), on(), on({ entryDate: '2024-09-01' })], [108, 108, 8]],
    ['nothing parts them', [on(), on()], [9, 109]],
    ['nursery children without a reference', [{ pmr: null, onRoll: true, ncYear: 'N1' }], [20]],
    ['others without a reference', [{ pmr: null, onRoll: true, ncYear: '3' }], [0]],
  ]
  for (const [name, records, expected] of cases)
    it(name, async () => {
      assert.deepEqual(await statuses(records), expected)
    })

  it('is what a person chose, where somebody did', async () => {
    assert.deepEqual(await statuses([on(), on()], [1]), [109, 9])
  })

  it('has exactly one main record a person (NPD-19)', async () => {
    const record = fc.record({
      pmr: fc.constantFrom('A', 'B', 'C'),
      onRoll: fc.boolean(),
      enrolStatus: fc.constantFrom('C', 'M', 'S', 'Z'),
      entryDate: fc.constantFrom('2020-09-01', '2023-09-01'),
      leavingDate: fc.constantFrom('2024-10-01', '2024-12-01'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 9 }), async (records) => {
        const found = await statuses(records)
        for (const [, own] of Map.groupBy(
          records.map((each, at) => ({ ...each, status: Number(found[at]) })),
          ({ pmr }) => pmr,
        )) {
          const main = own.filter(({ status }) => status < 100)
          assert.equal(main.length, 1)
          // All of one person’s records are told apart by the same question.
          assert.ok(own.every(({ status }) => status % 100 === Number(main[0]?.status) % 100))
        }
      }),
      { numRuns: 25 },
    )
  })
})
