import { cell, rows as dataRows } from '../data.ts'
import type { Draws } from '../returns/draws.ts'
import { ulnOf } from '../returns/numbers.ts'
import { normal } from './newcomers.ts'
import { yearRate } from './rates.ts'
import { attainment, identityInResults, pupilsOf } from './result-identity.ts'
import { resultDraws, type ResultMaking, type ResultRow } from './results.ts'
import type { Enrolment } from './town.ts'

const subjects = dataRows('year-gcse').map((row) => ({
  name: cell(row, 'subject'),
  number: cell(row, 'number'),
  board: cell(row, 'board'),
  share: Number(cell(row, 'share')),
  highest: Number(cell(row, 'highest')),
  tiers: cell(row, 'tiers') === 'yes',
  double: cell(row, 'double') === 'yes',
  shift: Number(cell(row, 'shift')),
  sexShift: Number(cell(row, 'sex_shift')),
}))
type Subject = (typeof subjects)[number]

const yearEleven = 15
const missingNumber = yearRate('missing-uln')
/** From how many standard deviations on a grade is given: about the shares of the nation's grades (9: 5 %, 4 and above: 69 %). */
const grades = [
  [9, 1.645],
  [8, 1.175],
  [7, 0.772],
  [6, 0.385],
  [5, -0.025],
  [4, -0.496],
  [3, -0.994],
  [2, -1.476],
  [1, -2.054],
] as const

const gradeOf = (level: number): number => grades.find(([, from]) => level >= from)?.[0] ?? 0

/** The grade as a tier can give it: foundation 5 at most, higher 3 at least, else ungraded. */
function given({ tiers, double }: Subject, level: number, higher: boolean): string {
  const bound = (grade: number): number => (tiers && !higher ? Math.min(5, grade) : grade)
  const first = bound(gradeOf(level))
  if (first === 0 || (tiers && higher && first < 3)) return 'U'
  if (!double) return String(first)
  const second = Math.max(tiers && higher ? 3 : 1, first - (gradeOf(level - 0.2) < gradeOf(level) ? 1 : 0))
  return `${String(first)}${String(second)}`
}

/** The results of June of the year 11 of the summer, by awarding organisation. A candidate has no UPN here, but mostly a ULN. */
export function gcseResults(making: ResultMaking): ReadonlyMap<string, readonly ResultRow[]> {
  const { town, counts } = making
  const results = new Map<string, ResultRow[]>()
  const drawsOf = resultDraws()
  const candidates = new Map<number, number>()
  for (const enrolment of pupilsOf(town, yearEleven)) {
    const { person, school } = enrolment
    const planned = town.schools[school]
    if (!planned) continue
    const by = drawsOf(making, person.child.index, 3)
    const number = (candidates.get(school) ?? 0) + 1
    candidates.set(school, number)
    const { whose, marks } = candidate(by, making, enrolment, number)
    const level = attainment(person, normal(by))
    const awarded = new Map<string, string>()
    for (const subject of subjects) {
      if (!takes(by, subject, level)) continue
      const own =
        level + subject.shift + (person.child.sex === 'F' ? 0.5 : -0.5) * subject.sexShift + 0.35 * normal(by)
      const higher = own > -0.1
      const grade = given(subject, own, higher)
      awarded.set(subject.name, grade)
      const values = {
        ...whose,
        qualification: subject.number,
        ...(subject.tiers ? { tier: higher ? 'H' : 'F' } : {}),
        grade,
        mark: String(
          Math.max(0, Math.min(subject.highest, Math.round(subject.highest * (0.52 + 0.17 * own)))),
        ),
        highestMark: String(subject.highest),
      }
      const row = { values, person: person.id, never: person.never, school: planned.urn, marks }
      const list = results.get(subject.board) ?? []
      list.push(row)
      results.set(subject.board, list)
    }
    for (const where of [planned.urn, 'all']) {
      counts.add(where, 'pupils', '')
      counts.add(where, 'entries', '', awarded.size)
      for (const least of [4, 5])
        if (['English language', 'Mathematics'].every((name) => Number(awarded.get(name)) >= least))
          counts.add(where, 'english-and-mathematics', `${String(least)} and above`)
    }
  }
  return results
}

/** English and mathematics by everybody; combined science by those who do not take the three apart, the abler ones. */
function takes(by: Draws, { name, share }: Subject, level: number): boolean {
  const chance = by.next()
  if (name === 'Combined science') return level <= 0.85
  if (['Biology', 'Chemistry', 'Physics'].includes(name)) return level > 0.85
  return chance < share
}

/** The candidate as the centre entered it: the centre's number is invented, 9 and the school's place in the authority. */
function candidate(
  by: Draws,
  { town, year }: ResultMaking,
  { person, school }: Enrolment,
  number: number,
): { readonly whose: Readonly<Record<string, string>>; readonly marks: readonly string[] } {
  const who = identityInResults(by, person)
  const withoutUln = by.chance(missingNumber)
  const centre = `9${String(school).padStart(4, '0')}`
  const candidateNo = String(number).padStart(4, '0')
  return {
    whose: {
      ...(withoutUln ? {} : { uln: ulnOf(person.child.index) }),
      uci: `${centre}0${String(year % 100)}${candidateNo}A`,
      candidateNo,
      lastName: who.surname,
      firstName: who.forenames,
      birthDate: who.born,
      sex: person.child.sex,
      centreNcn: centre,
      centreUrn: town.schools[school]?.urn ?? '',
    },
    marks: [
      ...who.marks.filter((mark) => mark !== 'number-missing'),
      ...(withoutUln ? ['number-missing'] : []),
    ],
  }
}
