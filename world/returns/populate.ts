import { postcode } from '../identifiers.ts'
import { cell, rows } from '../data.ts'
import { adultForename, childForename, familyName, origins, surnameFor } from '../people.ts'
import type { FamilyName, Origin, Sex } from '../people.ts'
import type { CensusTerm } from './census-term.ts'
import { dayOf, type Day } from './days.ts'
import { picker, type Draws } from './draws.ts'
import type { PlannedSchool } from './plan-schools.ts'
import { rateOf, shareOf, weightsOf } from './return-data.ts'
import { asRandom } from './as-random.ts'

export interface Household {
  readonly index: number
  readonly origin: Origin
  readonly name: FamilyName
  readonly language: string
  readonly ethnicity: string
  readonly house: string
  readonly street: string
  readonly town: string
  readonly postcode: string
  /** From 0 to 1: a child has free meals where the school's rate is above it, so brothers and sisters have them together. */
  readonly means: number
}

export interface Child {
  /** Its number in the authority; everything else about it follows from it. */
  readonly index: number
  readonly household: Household
  readonly sex: Sex
  readonly forename: string
  readonly middleName: string
  readonly surname: string
  readonly born: Day
  readonly upn: string
  readonly formerUpn: string | null
}

/** A child on the roll of a school, or lately gone from it. */
export interface Registration {
  readonly child: Child
  status: 'C' | 'M' | 'S'
  entry: Day
  readonly leaving: Day | null
  /** The place of the child's year in the list of years, which is its age at 31 August; of a leaver, of the year it left. */
  readonly year: number
  /** A leaver of an earlier term, who is in the return for a suspension alone. */
  readonly forSuspension?: boolean
}

/** Gives out UPNs by first school year, each once. */
export interface NumberIssuer {
  readonly upn: (firstYear: number) => string
  readonly temporary: (firstYear: number) => string
  /** The number of a child, from which its ULN and others are made. */
  readonly child: () => number
}

export interface Making {
  readonly by: Draws
  readonly term: CensusTerm
  readonly numbers: NumberIssuer
  readonly origin: (by: Draws) => Origin
  readonly town: string
  households: number
}

const familySize = shareOf('children')
const streets = rows('streets').map((row) => cell(row, 'street'))
const [refused, notObtained] = [rateOf('ethnicity-refused'), rateOf('ethnicity-not-obtained')]
const [languageNotObtained, temporary, former] = [
  rateOf('language-not-obtained'),
  rateOf('temporary-upn'),
  rateOf('former-upn'),
]

/** Origins as the world's authority has them, or as England has. */
export function originsOf(where: 'authority' | 'england'): (by: Draws) => Origin {
  if (where === 'authority') return picker(origins.map((value) => ({ value, weight: value.weight })))
  const byId = new Map(origins.map((each) => [each.id, each]))
  return picker(
    weightsOf('origin-england').flatMap(({ value, weight }) => {
      const found = byId.get(value)
      return found ? [{ value: found, weight }] : []
    }),
  )
}

const ethnicityOf = new Map(origins.map((each) => [each, picker(each.ethnicity)]))
const languageOf = new Map(origins.map((each) => [each, picker(each.languages)]))

export function makeHousehold(making: Making): Household {
  const { by } = making
  const origin = making.origin(by)
  const index = making.households++
  const chance = by.next()
  const ethnicity =
    chance < refused.primary
      ? 'REFU'
      : chance < refused.primary + notObtained.primary
        ? 'NOBT'
        : (ethnicityOf.get(origin)?.(by) ?? 'NOBT')
  const language = by.chance(languageNotObtained.primary)
    ? 'NOT'
    : by.chance(origin.englishAtHome)
      ? 'ENG'
      : (languageOf.get(origin)?.(by) ?? 'NOT')
  return {
    index,
    origin,
    name: familyName(asRandom(by), origin),
    language,
    ethnicity,
    house: String(by.int(1, 160)),
    street: by.pick(streets),
    town: making.town,
    postcode: postcode(index),
    means: by.next(),
  }
}

export function makeChild(making: Making, household: Household, year: number, brothers: Set<string>): Child {
  const { by, term, numbers } = making
  const sex: Sex = by.chance(0.512) ? 'M' : 'F'
  const forename = childForename(asRandom(by), household.origin, sex, brothers)
  brothers.add(forename)
  const firstDay = dayOf(`${String(term.schoolYear - year - 1)}-09-01`)
  const firstYear = Math.min(term.schoolYear, term.schoolYear - year + 4)
  const chance = by.next()
  return {
    index: numbers.child(),
    household,
    sex,
    forename,
    middleName: by.chance(0.6) ? adultForename(asRandom(by), household.origin, sex) : '',
    surname: surnameFor(household.name, sex),
    born: firstDay + by.int(0, 364),
    upn: chance < temporary.primary ? numbers.temporary(firstYear) : numbers.upn(firstYear),
    formerUpn: chance > 1 - former.primary ? numbers.temporary(firstYear) : null,
  }
}

/** Places by school and year that no child has yet. */
export function emptyPlaces(school: PlannedSchool, years: readonly string[]): number[] {
  const [from, to] = [years.indexOf(school.kind.lowest), years.indexOf(school.kind.highest)]
  const size = years.map((_, year) => {
    if (year < from || year > to) return 0
    if (school.kind.phase === 'NS') return year === 2 ? 0.5 : 1
    if (school.kind.phase === 'PR') return year - from + 1
    return year === 2 ? 0.15 : year === 3 ? 0.6 : year === 16 ? 0.65 : year === 17 ? 0.55 : 1
  })
  const whole = size.reduce((sum, each) => sum + each, 0)
  return size.map((each) => (each === 0 ? 0 : Math.max(1, Math.round((school.places * each) / whole))))
}

/**
 * Fills the schools with families, so that each school has the pupils it has places for and brothers and sisters stand in the
 * schools round about. Referral units are filled last, mostly with pupils of other schools.
 */
export function populate(making: Making, schools: readonly PlannedSchool[]): Registration[][] {
  const { by, term } = making
  const rolls: Registration[][] = schools.map(() => [])
  const places = schools.map((school) => emptyPlaces(school, term.years))
  const near = (cluster: number): number[] =>
    schools.filter((each) => each.cluster === cluster && each.kind.phase !== 'PR').map(({ index }) => index)
  const clusters = new Map(schools.map(({ cluster }) => [cluster, near(cluster)]))
  const dual = rateOf('dual-registered')
  const enrol = (school: number, year: number, child: Child): void => {
    const free = places[school]
    if (free) free[year] = (free[year] ?? 0) - 1
    rolls[school]?.push({ child, status: 'C', entry: 0, leaving: null, year })
  }
  const freeNear = (school: PlannedSchool, year: number): number | undefined =>
    (places[school.index]?.[year] ?? 0) > 0
      ? school.index
      : clusters.get(school.cluster)?.find((each) => (places[each]?.[year] ?? 0) > 0)
  const settle = (school: PlannedSchool, year: number): void => {
    const household = makeHousehold(making)
    const names = new Set<string>()
    enrol(school.index, year, makeChild(making, household, year, names))
    const children = Number(familySize(by))
    const taken = [year]
    for (let i = 1; i < children; i++) {
      const other = year + by.int(-6, 6)
      const place = taken.includes(other) ? undefined : freeNear(school, other)
      if (place === undefined) continue
      taken.push(other)
      enrol(place, other, makeChild(making, household, other, names))
    }
  }
  const secondaries = schools.filter(({ kind }) => kind.phase === 'SS' || kind.phase === 'AT')
  const ordered = [
    ...schools.filter(({ kind }) => kind.phase !== 'PR'),
    ...schools.filter(({ kind }) => kind.phase === 'PR'),
  ]
  for (const school of ordered) {
    const rate = school.kind.phase === 'PR' ? dual.referral : school.kind.phase === 'SP' ? dual.special : 0
    term.years.forEach((_, year) => {
      while ((places[school.index]?.[year] ?? 0) > 0) {
        const main = rate > 0 && by.chance(rate) ? someone(by, secondaries, rolls, year) : undefined
        if (!main) {
          settle(school, year)
          continue
        }
        main.status = 'M'
        enrol(school.index, year, main.child)
        const here = rolls[school.index]?.at(-1)
        if (here) here.status = 'S'
      }
    })
  }
  return rolls
}

/** A pupil of this year at one school, from a secondary school. */
function someone(
  by: Draws,
  schools: readonly PlannedSchool[],
  rolls: readonly Registration[][],
  year: number,
): Registration | undefined {
  if (schools.length === 0) return undefined
  const roll = rolls[by.pick(schools).index] ?? []
  const from = by.int(0, Math.max(0, roll.length - 1))
  for (let i = from; i < roll.length; i++)
    if (roll[i]?.year === year && roll[i]?.status === 'C') return roll[i]
  return undefined
}
