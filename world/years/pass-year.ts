import { dayOf, type Day } from '../returns/days.ts'
import { rateOf } from '../returns/return-data.ts'
import { enrol, newcomers } from './newcomers.ts'
import { yearRate } from './rates.ts'
import { isAt, isOpenToAll, teaches, yearsOf, type Enrolment, type Person, type Town } from './town.ts'

const [left, stays, enters, goesOnThere, nursery, unit, squeezed] = [
  yearRate('leave-at-year-end'),
  yearRate('stay-for-sixth-form'),
  yearRate('enter-sixth-form'),
  yearRate('stay-in-sixth-form'),
  yearRate('stay-in-nursery-school'),
  yearRate('stay-in-unit'),
  yearRate('squeezed-in'),
]
const dual = rateOf('dual-registered')

/**
 * From one school year to the next: everybody grows a year group, leaves at the end of a school or of schooling, and goes on to
 * the next school; dual registrations end and others begin; who is new to the authority fills the places. Leavers of the summer
 * stay on the rolls for the autumn's census, which asks for their attendance.
 */
export function passYear(town: Town): void {
  const { by, term, schools } = town
  const endOfYear = dayOf(`${String(term.schoolYear)}-07-21`)
  const joined = dayOf(`${String(term.schoolYear)}-09-03`)
  const seeking: { readonly person: Person; readonly year: number; readonly from: number }[] = []
  for (const school of schools) {
    for (const enrolment of town.rolls[school.index] ?? []) {
      if (enrolment.status === 'M') enrolment.status = 'C'
      if (enrolment.status === 'C' && goesOn(town, enrolment)) {
        enrolment.year++
        continue
      }
      enrolment.leaving = endOfYear
      const year = enrolment.year + 1
      const finished = !teaches(school, year, term.years) || year === 4
      const seeks = year < 16 ? finished : year === 16 && by.chance(enters)
      if (enrolment.status === 'C' && seeks && (isOpenToAll(school) || year < 16))
        seeking.push({ person: enrolment.person, year, from: school.index })
    }
  }
  const free = freePlaces(town)
  for (const { person, year, from } of seeking) {
    const to = nextSchool(town, free, from, year, person)
    if (to === undefined) continue
    const row = free[to]
    if (row) row[year] = (row[year] ?? 0) - 1
    const gone = town.rolls[from]?.find((each) => each.person === person)
    gone?.marks.add('moved')
    enrol(town, person, { school: to, year, entry: joined }).marks.add('moved')
  }
  fill(town, free, joined)
  registerTwice(town, free, joined)
}

function goesOn({ by, schools, term }: Town, { school, year }: Enrolment): boolean {
  const planned = schools[school]
  if (!planned || !teaches(planned, year + 1, term.years)) return false
  const { phase } = planned.kind
  if (phase === 'PR') return by.chance(unit)
  if (year === 3) return by.chance(nursery)
  if (year === 15 && phase !== 'SP') return by.chance(stays)
  if (year === 16) return by.chance(goesOnThere)
  return !by.chance(left)
}

/** Places less those on roll, by school and year. */
function freePlaces({ places, rolls }: Town): number[][] {
  return places.map((row, school) => {
    const free = [...row]
    for (const { leaving, year } of rolls[school] ?? [])
      if (leaving === null) free[year] = (free[year] ?? 0) - 1
    return free
  })
}

/** Near and with room, else with room. Where none has any, some are taken in all the same, and others leave the authority. */
function nextSchool(
  town: Town,
  free: readonly number[][],
  from: number,
  year: number,
  person: Person,
): number | undefined {
  const { by, schools, term } = town
  const old = schools[from]
  const special = old?.kind.phase === 'SP'
  const open = schools.filter(
    (each) =>
      each.index !== from &&
      teaches(each, year, term.years) &&
      (special ? each.kind.phase === 'SP' : isOpenToAll(each)) &&
      !isAt(town, each.index, person),
  )
  const room = ({ index }: { index: number }): number => free[index]?.[year] ?? 0
  const near = open.filter((each) => each.cluster === old?.cluster && room(each) > 0)
  if (near.length > 0) return by.pick(near).index
  const most = open.toSorted((a, b) => room(b) - room(a))[0]
  return most && (room(most) > 0 || year > 15 || by.chance(squeezed)) ? most.index : undefined
}

/** Newcomers for places below the sixth form; referral units have nobody of their own choosing. */
function fill(town: Town, free: readonly number[][], joined: Day): void {
  for (const school of town.schools) {
    const { phase } = school.kind
    if (phase === 'PR') continue
    const [lowest, highest] = yearsOf(school, town.term.years)
    for (let year = lowest; year <= Math.min(highest, 15); year++) {
      for (let room = free[school.index]?.[year] ?? 0; room > 0;)
        room -= newcomers(town, school.index, year, joined, room)
    }
  }
}

/** Referral units take pupils who stay on their school's roll too, and some of special schools go to another as well. */
function registerTwice(town: Town, free: readonly number[][], joined: Day): void {
  const { by, schools, term } = town
  const secondary = schools.filter(({ kind }) => kind.phase === 'SS' || kind.phase === 'AT')
  for (const school of schools.filter(({ kind }) => kind.phase === 'PR')) {
    const [lowest, highest] = yearsOf(school, term.years)
    for (let year = lowest; year <= highest; year++) {
      for (let room = free[school.index]?.[year] ?? 0; room > 0; room--) {
        const roll = secondary.length > 0 ? (town.rolls[by.pick(secondary).index] ?? []) : []
        const from = by.int(0, Math.max(0, roll.length - 1))
        const main = by.chance(dual.referral)
          ? roll
              .slice(from)
              .find(
                (each) =>
                  each.leaving === null &&
                  each.status === 'C' &&
                  each.year === year &&
                  !isAt(town, school.index, each.person),
              )
          : undefined
        if (!main) {
          newcomers(town, school.index, year, joined, 1)
          continue
        }
        main.status = 'M'
        enrol(town, main.person, { school: school.index, year, entry: joined }, 'S')
        town.happens({ kind: 'dual-registration', person: main.person.id, school: school.urn })
      }
    }
  }
}
