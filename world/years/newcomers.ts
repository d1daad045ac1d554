import { childForename, surnameFor } from '../people.ts'
import { asRandom } from '../returns/as-random.ts'
import type { Day } from '../returns/days.ts'
import type { Draws } from '../returns/draws.ts'
import { makeChild, makeHousehold, type Child, type Household } from '../returns/populate.ts'
import { mistake } from './mistakes.ts'
import { mealsFactor, yearRate } from './rates.ts'
import type { Enrolment, Family, Person, Town } from './town.ts'

const [sibling, twin, sameSex] = [
  yearRate('sibling-of-newcomer'),
  yearRate('twin'),
  yearRate('same-sex-twin'),
]

/** Near enough to a normal deviate: the sum of twelve draws (Irwin and Hall). */
export function normal(by: Draws): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += by.next()
  return sum
}

/** A household whose means lean on its group. */
export const leaningHousehold = (household: Household): Household => ({
  ...household,
  means: household.means / mealsFactor(household.ethnicity),
})

export const familyOf = (household: Household): Family => ({
  household,
  members: [],
  lived: [],
  avoids: nowhere,
})
const nowhere: ReadonlySet<string> = new Set()

export function newFamily(town: Town): Family {
  const family = familyOf(leaningHousehold(makeHousehold(town.making)))
  town.families.push(family)
  return family
}

export function addPerson(town: Town, family: Family, child: Child): Person {
  const person: Person = {
    id: `P${String(++town.people).padStart(7, '0')}`,
    child,
    family,
    ability: normal(town.by),
    never: null,
    formerSurname: null,
    phonics: null,
    sent: null,
  }
  family.members.push(person)
  return person
}

/** Puts a person on a school's roll, with what the school gets wrong about it. */
export function enrol(
  town: Town,
  person: Person,
  place: { readonly school: number; readonly year: number; readonly entry: Day },
  status: Enrolment['status'] = 'C',
): Enrolment {
  const enrolment: Enrolment = { ...place, person, status, leaving: null, shown: {}, marks: new Set() }
  mistake(town, enrolment)
  town.rolls[place.school]?.push(enrolment)
  return enrolment
}

/** A twin of a person, born on the same day in the same family. */
export function makeTwin(town: Town, { child, family }: Person): Person {
  const { by, making } = town
  const made = makeChild(making, family.household, 0, new Set())
  const sex = by.chance(sameSex) === (child.sex === 'M') ? 'M' : 'F'
  const taken = new Set(family.members.map((member) => member.child.forename))
  const born = child.born
  const year = 2000 + Number(child.upn.slice(8, 10))
  return addPerson(town, family, {
    ...made,
    sex,
    forename: childForename(asRandom(by), family.household.origin, sex, taken),
    surname: surnameFor(family.household.name, sex),
    born,
    upn: making.numbers.upn(year),
    formerUpn: null,
  })
}

/**
 * Somebody new to the authority at a school: of a new family, or in the youngest years often of one whose older child is at
 * the school. A twin comes with some. Returns how many came.
 */
export function newcomers(town: Town, school: number, year: number, entry: Day, room: number): number {
  const { by, making } = town
  const roll = town.rolls[school] ?? []
  const known = year <= 4 && roll.length > 0 && by.chance(sibling) ? by.pick(roll).person.family : null
  const grown =
    known && known.members.every(({ child }) => child.born < ageDayOf(town, year) - 300) ? known : null
  const family = grown ?? newFamily(town)
  const taken = new Set(family.members.map(({ child }) => child.forename))
  const child = makeChild(making, family.household, year, taken)
  const person = addPerson(town, family, child)
  enrol(town, person, { school, year, entry })
  if (room < 2 || !by.chance(twin)) return 1
  twins(town, person, makeTwin(town, person), { school, year, entry })
  return 2
}

export function twins(
  town: Town,
  first: Person,
  second: Person,
  place: { readonly school: number; readonly year: number; readonly entry: Day },
): void {
  enrol(town, second, place)
  town.happens({
    kind: 'twin',
    person: first.id,
    school: town.schools[place.school]?.urn ?? '',
    other: second.id,
  })
}

/** The first day on which a child of this year may be born. */
const ageDayOf = ({ term }: Town, year: number): Day => term.ageDay - Math.round((year + 1) * 365.25) + 1
