import { addDays, cohortStart, schoolYear, startedYear, yearGroups, yearsSinceReception } from './calendar.ts'
import type { YearGroup } from './calendar.ts'
import { cell, rate, rows } from './data.ts'
import type { UpnIssuer } from './identifiers.ts'
import type { EarlierSchool } from './pupil.ts'
import type { Random } from './random.ts'

/** How a pupil came to the school: from its own nursery, at Reception, or later from another school. */
export interface Entry {
  readonly entryDate: string
  readonly upn: string
  readonly history: EarlierSchool[]
}

const earlierSchools = rows('earlier-schools').map((row) => ({
  la: cell(row, 'la_number'),
  establishment: cell(row, 'establishment_number'),
  name: cell(row, 'name'),
}))

/** `plain`: never from another school. */
export function enter(random: Random, year: YearGroup, upns: UpnIssuer, plain: boolean): Entry {
  const place = yearsSinceReception(year)
  if (place >= 1 && !plain && random.chance(rate('previous-school'))) {
    const from = random.pick(earlierSchools)
    const joinedIn = yearGroups[random.int(1, place) + 2] ?? '1'
    const first = startedYear(year, 'R')
    const entryDate = firstDay(startedYear(year, joinedIn))
    const last = addDays(`${entryDate.slice(0, 4)}-07-20`, random.int(0, 3))
    return {
      entryDate,
      upn: upns.permanent(first, from),
      history: [{ ...from, entryDate: firstDay(first), leavingDate: last, leavingReason: '' }],
    }
  }
  const firstYear =
    place === -2 ? 'N1' : random.chance(place === -1 ? 0.5 : 0.6) ? nurseryStart(place) : year0(place)
  const began = startedYear(year, firstYear)
  return { entryDate: firstDay(began), upn: upns.permanent(began), history: [] }
}

/** Whoever came through the nursery began in its second year; half of those in that year now began in its first. */
const nurseryStart = (place: number): YearGroup => (place === -1 ? 'N1' : 'N2')
const year0 = (place: number): YearGroup => (place === -1 ? 'N2' : 'R')

/** The first day that pupils come: the first weekday from 2 September. */
export function firstDay(year: number): string {
  const second = `${year}-09-02`
  const weekday = new Date(second).getUTCDay()
  return weekday === 6 ? addDays(second, 2) : weekday === 0 ? addDays(second, 1) : second
}

/** A birthday inside the year group's cohort, far enough from every other child of the same parents. */
export function birthday(random: Random, year: YearGroup, siblings: readonly string[]): string {
  for (let attempt = 0; attempt < 50; attempt++) {
    const date = addDays(cohortStart(year), random.int(0, 364))
    if (siblings.every((other) => Math.abs(Date.parse(other) - Date.parse(date)) > 300 * 86_400_000))
      return date
  }
  return addDays(cohortStart(year), 182)
}

const trees: Record<YearGroup, readonly string[]> = {
  N1: ['Acorns'],
  N2: ['Conkers', 'Catkins'],
  R: ['R Ash', 'R Birch'],
  '1': ['1 Cedar', '1 Elder'],
  '2': ['2 Elm', '2 Hazel'],
  '3': ['3 Holly', '3 Hornbeam'],
  '4': ['4 Juniper', '4 Larch'],
  '5': ['5 Lime', '5 Maple'],
  '6': ['6 Oak', '6 Rowan'],
}

/** The place-th child of a year goes to its classes in turn; a world of many schools' size has more classes of each name. */
export function registrationGroup(year: YearGroup, place: number, inYear: number): string {
  const names = trees[year]
  const classes = Math.max(names.length, Math.ceil(inYear / 30))
  const number = place % classes
  const name = names[number % names.length] ?? ''
  const round = Math.floor(number / names.length)
  return round === 0 ? name : `${name} ${round + 1}`
}

/** Maths is set in Years 5 and 6; elsewhere it follows the class. */
export const mathsClass = (random: Random, year: YearGroup): string =>
  year === '5' || year === '6' ? `Maths ${year} Set ${random.int(1, 3)}` : ''

export const thisSeptember = firstDay(schoolYear)
