import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readCollection, termDefinition, type MessageRow } from '../../core/collections/index.ts'
import type { Subject, Value } from '../../core/vocabulary/index.ts'
import type { PermittedRow } from '../release/index.ts'
import type { CensusFacts } from './census-facts.store.ts'
import { censusPupil, type CensusCase } from './census-pupil.ts'
import { censusHeader } from './census-school.ts'

const read = await readCollection('policy', 'school-census', 2026)
assert.ok(read.ok)
const collection = read.value

const facts: CensusFacts = {
  urn: '123456',
  name: 'School',
  laNumber: '894',
  establishmentNumber: '2199',
  phase: 'PS',
  governance: 'maintained',
  settings: { school: {}, pupil: {} },
  countsAsPossible: new Map([
    ['/', true],
    ['\\', true],
    ['I', true],
    ['X', false],
    ['#', null],
  ]),
  serial: 1,
}

function caseOf(term: string, more: Partial<CensusFacts> = {}): CensusCase {
  const definition = termDefinition(collection, term)
  assert.ok(definition)
  return { definition, facts: { ...facts, ...more } }
}

type Rows = Partial<Record<Subject, readonly Readonly<Record<string, Value>>[]>>

/** What was permitted of a pupil: a test says it, where only release can otherwise. */
const permitted = (values: Readonly<Record<string, Value>>, children: Rows = {}): PermittedRow =>
  ({
    pupilId: 'p',
    permits: [],
    values: new Map(
      Object.entries({
        'pupil.surname': 'Adams',
        'pupil.dateOfBirth': '2018-03-04',
        'pupil.yearGroup': '3',
        'pupil.enrolmentStatus': 'C',
        'pupil.entryDate': '2022-09-01',
        'pupil.senProvision': 'N',
        ...values,
      }),
    ),
    children: new Map(
      Object.entries(children).map(([subject, rows]) => [
        subject as Subject,
        rows.map((row) => new Map(Object.entries(row))),
      ]),
    ),
  }) as unknown as PermittedRow

const marks = (...days: readonly (readonly [day: string, code: string])[]) =>
  days.map(([day, code]) => ({ 'attendance.date': day, 'attendance.session': 'AM', 'attendance.code': code }))

const below = (row: MessageRow | undefined, table: string): unknown =>
  row?.below?.[table]?.map(({ items }) => items) ?? []

describe('a pupil in a census', () => {
  const placeOf = (values: Readonly<Record<string, Value>>, children: Rows = {}, of = caseOf('AUT')) =>
    censusPupil(permitted(values, children), of)?.place ?? null

  it('is on the roll when registered on census day, whenever it left after it', () => {
    assert.equal(placeOf({}), 'on-roll')
    assert.equal(placeOf({ 'pupil.entryDate': '2026-10-01' }), 'on-roll')
    assert.equal(placeOf({ 'pupil.leavingDate': '2026-10-01' }), 'on-roll')
    assert.equal(placeOf({ 'pupil.entryDate': '2026-10-02' }), null)
    assert.equal(placeOf({ 'pupil.enrolmentStatus': 'G' }), null)
    assert.equal(placeOf({ 'pupil.enrolmentStatus': 'S' }), 'on-roll')
  })

  it('is sent as a leaver only with attendance or a suspension of the periods', () => {
    const left = { 'pupil.leavingDate': '2026-09-30' }
    assert.equal(placeOf(left), null)
    assert.equal(placeOf(left, { attendance: marks(['2026-05-11', '/']) }), 'leaver')
    assert.equal(placeOf(left, { attendance: marks(['2026-06-11', '/']) }), 'leaver')
    assert.equal(placeOf(left, { attendance: marks(['2026-09-11', '/']) }), null)
    const suspension = { 'suspension.category': 'SUSP', 'suspension.reasons': 'DB', 'suspension.sessions': 2 }
    assert.equal(
      placeOf(left, { suspension: [{ ...suspension, 'suspension.startDate': '2026-02-03' }] }),
      'leaver',
    )
    assert.equal(
      placeOf(left, { suspension: [{ ...suspension, 'suspension.startDate': '2026-04-06' }] }),
      null,
    )
    const nursery = caseOf('AUT', { phase: 'NS' })
    assert.equal(placeOf(left, { attendance: marks(['2026-05-11', '/']) }, nursery), null)
  })

  it('has of a leaver what is collected of leavers, and no more', () => {
    const made = censusPupil(
      permitted(
        { 'pupil.leavingDate': '2026-09-30', 'pupil.postcode': 'TF1 1AA', 'pupil.serviceChild': 'N' },
        { attendance: marks(['2026-05-11', '/']), freeMeals: [{ 'freeMeals.startDate': '2026-09-01' }] },
      ),
      caseOf('AUT'),
    )
    assert.deepEqual(Object.keys(made?.row.items ?? {}).sort(), [
      'dob', 'entryDate', 'leavingDate', 'ncYearLeaving', 'onRoll', 'sessionsPossible', 'surname',
    ]) // prettier-ignore
    assert.deepEqual(Object.keys(made?.row.below ?? {}).sort(), ['session', 'summerSession', 'suspension'])
  })

  it('counts sessions by code in each period; a closed school is no session', () => {
    const made = censusPupil(
      permitted(
        {},
        {
          attendance: marks(
            ['2026-04-05', '/'],
            ['2026-04-06', '/'],
            ['2026-04-07', '/'],
            ['2026-04-08', 'I'],
            ['2026-05-24', 'X'],
            ['2026-05-22', '#'],
            ['2026-05-25', '\\'],
          ),
        },
      ),
      caseOf('AUT'),
    )
    assert.equal(made?.row.items['sessionsPossible'], '3')
    assert.equal(made.row.items['summerSessionsPossible'], '1')
    assert.deepEqual(below(made.row, 'session'), [
      { code: '/', sessions: '2' },
      { code: 'I', sessions: '1' },
      { code: 'X', sessions: '1' },
    ])
    assert.deepEqual(below(made.row, 'summerSession'), [{ code: '\\', sessions: '1' }])
  })

  it('sends no attendance of the very young, of boarders, or where the register has none', () => {
    const attendance = marks(['2026-05-11', '/'])
    const possible = (values: Readonly<Record<string, Value>>, of = caseOf('AUT'), rows = attendance) =>
      censusPupil(permitted(values, { attendance: rows }), of)?.row.items['sessionsPossible']
    assert.equal(possible({}), '1')
    assert.equal(possible({ 'pupil.dateOfBirth': '2021-08-31' }), '1')
    assert.equal(possible({ 'pupil.dateOfBirth': '2021-09-01' }), undefined)
    assert.equal(possible({}, caseOf('AUT'), []), undefined)
    const boarding = { school: {}, pupil: { boarder: 'B' } }
    assert.equal(possible({}, caseOf('AUT', { settings: boarding })), undefined)
    assert.equal(possible({}, caseOf('AUT', { phase: 'NS' })), undefined)
  })

  it('sends the meal periods that touch the time since the last census, open where they were', () => {
    const period = (start: string, end: string | null) => ({
      'freeMeals.startDate': start,
      'freeMeals.endDate': end,
      'freeMeals.country': 'ENG',
    })
    const made = censusPupil(
      permitted(
        {},
        {
          freeMeals: [
            period('2024-01-01', '2026-05-21'),
            period('2025-01-01', '2026-05-22'),
            period('2026-07-01', '2026-10-09'),
            period('2026-10-02', null),
          ],
        },
      ),
      caseOf('AUT'),
    )
    assert.deepEqual(below(made?.row, 'freeMealPeriod'), [
      { start: '2025-01-01', end: '2026-05-22', country: 'ENG' },
      { start: '2026-07-01', country: 'ENG' },
    ])
  })

  it('sends two needs in spring, of pupils with support, and those that are not over', () => {
    const needs = {
      senNeed: [
        { 'senNeed.rank': 1, 'senNeed.type': 'MLD', 'senNeed.endDate': '2025-07-01' },
        { 'senNeed.rank': 2, 'senNeed.type': 'SLCN', 'senNeed.endDate': null },
        { 'senNeed.rank': 3, 'senNeed.type': 'ASD', 'senNeed.endDate': null },
        { 'senNeed.rank': 4, 'senNeed.type': 'HI', 'senNeed.endDate': null },
      ],
    }
    const of = (term: string, provision: string) =>
      below(censusPupil(permitted({ 'pupil.senProvision': provision }, needs), caseOf(term))?.row, 'senNeed')
    assert.deepEqual(of('SPR', 'K'), [
      { rank: '1', type: 'SLCN' },
      { rank: '2', type: 'ASD' },
    ])
    assert.deepEqual(of('SPR', 'N'), [])
    assert.deepEqual(of('AUT', 'K'), [])
  })

  it('says the provision at a suspension only where the register can know it', () => {
    const suspension = (start: string, category = 'SUSP') => ({
      'suspension.startDate': start,
      'suspension.category': category,
      'suspension.reasons': 'DB; PA',
      'suspension.sessions': 4,
    })
    const made = censusPupil(
      permitted(
        { 'pupil.senProvision': 'K', 'pupil.senStartDate': '2026-02-01' },
        { suspension: [suspension('2026-01-15'), suspension('2026-02-02', 'PERM')] },
      ),
      caseOf('AUT'),
    )
    assert.deepEqual(below(made?.row, 'suspension'), [
      { category: 'SUSP', reason1: 'DB', reason2: 'PA', start: '2026-01-15', sessions: '4' },
      { category: 'PERM', reason1: 'DB', reason2: 'PA', start: '2026-02-02', senProvision: 'K' },
    ])
  })

  it('splits funded hours of a child with a code into universal and extended ones', () => {
    const hours = (values: Readonly<Record<string, Value>>) => {
      const { fundedHours, extendedHours, eligibilityCode } =
        censusPupil(
          permitted({ 'pupil.fundedHours': '30.0', 'pupil.fundingCode': '12345678901', ...values }),
          caseOf('AUT'),
        )?.row.items ?? {}
      return [fundedHours, extendedHours, eligibilityCode]
    }
    const three = { 'pupil.dateOfBirth': '2023-03-04', 'pupil.yearGroup': 'N2' }
    assert.deepEqual(hours(three), ['15', '15', '12345678901'])
    assert.deepEqual(hours({ ...three, 'pupil.fundedHours': '22.5' }), ['15', '7.5', '12345678901'])
    assert.deepEqual(hours({ ...three, 'pupil.fundingCode': null }), ['30.0', undefined, undefined])
    assert.deepEqual(hours({}), [undefined, undefined, undefined])
  })

  it('adds what the school says of all, or of a year group', () => {
    const settings = { school: {}, pupil: { senUnit: 'false', classType: { '3': 'O', N2: 'N' } } }
    const items = (year: string) =>
      censusPupil(permitted({ 'pupil.yearGroup': year }), caseOf('AUT', { settings }))?.row.items ?? {}
    assert.equal(items('3')['senUnit'], 'false')
    assert.equal(items('3')['classType'], 'O')
    assert.equal(items('N2')['classType'], 'N')
    assert.equal(items('6')['classType'], undefined)
  })

  it('is not there when nothing that places it may leave', () => {
    assert.equal(placeOf({ 'pupil.entryDate': null }), null)
    assert.equal(placeOf({ 'pupil.enrolmentStatus': null }), null)
  })
})

describe('the header of a census', () => {
  it('says when it was made as clocks in England do', () => {
    const madeAt = (iso: string) => censusHeader(caseOf('AUT'), new Date(iso)).items['dateTime']
    assert.equal(madeAt('2026-10-01T23:30:05Z'), '2026-10-02T00:30:05')
    assert.equal(madeAt('2026-11-24T00:05:00Z'), '2026-11-24T00:05:00')
  })
})
