import { line } from '../csv-out.ts'
import type { Authority } from './authority-returns.ts'
import { dayOf, isoOf } from './days.ts'
import { draws, type Draws } from './draws.ts'
import type { PlannedSchool } from './plan-schools.ts'
import type { Child } from './populate.ts'
import { readTerm } from './read-term.ts'

type Values = Readonly<Record<string, string>>

/** What stands for a value that there is none of. */
const absent = '-2'

/**
 * Key stage 2 results of the calendar year for the authority's pupils, in the columns of the definition: of pupils of year 6,
 * and in autumn of those who have left it since. Shares reach the standard as in the national results of 2025 (DfE): about
 * three quarters in each test.
 */
export async function keyStage2Results(
  { year, seed }: { readonly year: number; readonly seed: number },
  authority: Authority,
): Promise<{ readonly name: string; readonly bytes: Iterable<Uint8Array> }> {
  const definition = await readTerm('key-stage-2', year, 'YEAR')
  const highest = definition.maps.get('highestMark')
  const by = draws()
  const results: Values[] = []
  let serial = 0
  for (const { child, school } of pupilsOfYearSix(authority, dayOf(definition.term.census))) {
    by.seed(seed, child.index, 71)
    const whose: Values = {
      upn: child.upn,
      serialNo: String(++serial),
      surname: child.surname,
      forenames: child.middleName === '' ? child.forename : `${child.forename} ${child.middleName}`,
      birthDate: isoOf(child.born),
      sex: child.sex,
      lea: school.authority,
      estab: school.establishment,
      urn: school.urn,
      yearGroup: '6',
    }
    for (const own of resultsOf(by, (subject) => Number(highest?.get(subject))))
      results.push({ ...whose, ...own })
  }
  const header: Values = {
    collection: definition.message.known[0] ?? '',
    year: String(year),
    source: definition.codes.get('key-stage-2-source')?.[0] ?? '',
    version: 'P',
    sequenceNo: '001',
    createdOn: definition.term.census,
    rows: String(results.length),
  }
  const columns = (table: string): readonly (readonly [item: string, column: string])[] =>
    [...(definition.tables.get(table)?.items.values() ?? [])].map(({ name, path }) => [name, path.join('/')])
  const sheet = (table: string, rows: readonly Values[]): string =>
    line(columns(table).map(([, column]) => column)) +
    rows.map((row) => line(columns(table).map(([item]) => row[item] ?? absent))).join('')
  return {
    name: `${header['collection'] ?? ''}-${String(year)}-${header['source'] ?? ''}-P-001.csv`,
    bytes: [Buffer.from(sheet('header', [header]) + sheet('result', results))],
  }
}

/** Each child once, at the school that had it in year 6 on the day; a child of two schools at its main one. */
function* pupilsOfYearSix(
  { term, schools, rolls }: Authority,
  day: number,
): Generator<{ readonly child: Child; readonly school: PlannedSchool }> {
  const seen = new Set<string>()
  const gone = term.summerAttendance !== null
  for (const school of schools)
    for (const { child, year, status, entry, leaving } of rolls[school.index] ?? []) {
      const was = leaving === null ? year === (gone ? 11 : 10) && entry <= day : leaving >= day && year === 10
      if (!was || status === 'S' || seen.has(child.upn)) continue
      seen.add(child.upn)
      yield { child, school }
    }
}

/** A pupil's rows. `ability`: the share of marks that it gets, about; 0.61 with a deviation of 0.15 are a nation's. */
export function resultsOf(
  by: Draws,
  highest: (subject: string) => number,
  ability = 0.61 + 0.15 * normal(by),
): Values[] {
  const below = ability < 0.3
  const away = by.chance(0.006)
  const of = (
    subject: string,
    method: string,
    outcome: string,
    mark = absent,
    scaledScore = absent,
  ): Values => ({
    subject,
    method,
    outcome,
    mark,
    scaledScore,
  })
  const tests = ['REA', 'GPS', 'MAT'].flatMap((subject) => {
    if (away) return [of(subject, 'T', 'A')]
    if (below) {
      const judged = subject === 'GPS' ? [] : [of(subject, 'A', by.pick(['PK2', 'PK3', 'PK4']))]
      return [of(subject, 'T', 'B'), ...judged]
    }
    const share = Math.min(1, Math.max(0.08, ability + 0.08 * normal(by)))
    const mark = Math.round(share * highest(subject))
    const score = 80 + Math.round((40 * mark) / highest(subject))
    return [of(subject, 'T', score >= 100 ? 'AS' : 'NS', String(mark), String(score))]
  })
  const writing = ability > 0.8 ? 'GDS' : ability > 0.52 ? 'EXS' : below ? 'PK4' : 'WTS'
  return [...tests, of('WRI', 'A', writing), of('SCI', 'A', ability > 0.48 ? 'EXS' : 'HNM')]
}

/** Near enough to a normal deviate for marks: the sum of twelve draws (Irwin and Hall). */
function normal(by: Draws): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += by.next()
  return sum
}
