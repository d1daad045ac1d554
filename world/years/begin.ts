import { dayOf, type Day } from '../returns/days.ts'
import type { Draws } from '../returns/draws.ts'
import { planSchools, type PlannedSchool, type SchoolPlan } from '../returns/plan-schools.ts'
import { emptyPlaces, populate, type Child, type Making } from '../returns/populate.ts'
import type { CensusTerm } from '../returns/census-term.ts'
import { addPerson, enrol, familyOf, leaningHousehold, makeTwin, twins } from './newcomers.ts'
import { yearRate } from './rates.ts'
import type { Family, Person, Town } from './town.ts'
import { yearsOf } from './town.ts'

/** An authority on the census day of its first term: families, twins, and everybody at a school since some day. */
export function beginTown(
  plan: SchoolPlan,
  making: Making,
  term: CensusTerm,
  happens: Town['happens'],
): Town {
  const { by } = making
  const schools = planSchools(plan)
  const town: Town = {
    by,
    making: { ...making, households: 0 },
    term,
    schools,
    rolls: schools.map(() => []),
    families: [],
    places: schools.map((school) => emptyPlaces(school, term.years)),
    people: 0,
    happens,
  }
  const families = new Map<number, Family>()
  const people = new Map<Child, Person>()
  for (const [school, roll] of populate(town.making, schools).entries()) {
    const planned = schools[school]
    if (!planned) continue
    for (const { child, status, year } of roll) {
      const { index } = child.household
      const family = families.get(index) ?? familyOf(leaningHousehold(child.household))
      if (!families.has(index)) {
        families.set(index, family)
        town.families.push(family)
      }
      const person = people.get(child) ?? addPerson(town, family, { ...child, household: family.household })
      people.set(child, person)
      const place = { school, year, entry: entryOf(by, term, planned, year) }
      enrol(town, person, place, status)
      if (status === 'C' && by.chance(yearRate('twin'))) twins(town, person, makeTwin(town, person), place)
    }
  }
  return town
}

/** When a pupil of this year came to a school: with the others of its year, or, one in ten, later. */
function entryOf(by: Draws, term: CensusTerm, school: PlannedSchool, year: number): Day {
  const [lowest] = yearsOf(school, term.years)
  const first = lowest < 4 && year >= 4 && by.chance(0.4) ? 4 : Math.min(year, Math.max(lowest, year - 12))
  const start = dayOf(`${String(term.schoolYear - (year - first))}-09-03`)
  const latest = Math.min(term.attendance.from, term.census) - 20
  return start < latest - 40 && by.chance(0.1) ? by.int(start + 20, latest) : start
}
