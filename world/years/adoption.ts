import { adultForename, childForename, familyName, knownAs, surnameFor } from '../people.ts'
import { asRandom } from '../returns/as-random.ts'
import { newAddress } from './households.ts'
import { goAway, yearThen } from './moves.ts'
import { addPerson, enrol } from './newcomers.ts'
import type { Window } from './pass-term.ts'
import { yearRate } from './rates.ts'
import { isOpenToAll, teaches, type Enrolment, type Town } from './town.ts'

const rate = yearRate('adoption')

/**
 * A child is adopted: the person that the schools knew leaves and is never there again; at another school begins a person with
 * other names, numbers, address and family. Only the day of birth, the sex and the group are the child's still, as they are in
 * life. The truth has two people with a mark that they must never be linked.
 */
export function adopt(town: Town, { from, to }: Window, share = rate): void {
  const { by, schools } = town
  for (const roll of [...town.rolls])
    for (const enrolment of [...roll]) {
      const { year, status, leaving, entry, person } = enrolment
      if (leaving !== null || status !== 'C' || year < 6 || year > 14 || entry >= from - 40) continue
      if (person.never !== null || enrolment.shown.upn !== undefined || !by.chance(share)) continue
      const school = schools[enrolment.school]
      if (!school || !isOpenToAll(school)) continue
      const others = schools.filter(
        (each) =>
          each !== school &&
          each.kind.phase === school.kind.phase &&
          teaches(each, year, town.term.years) &&
          teaches(each, yearThen(town, year), town.term.years),
      )
      if (others.length > 0) becomeAnother(town, enrolment, by.pick(others).index, by.int(from, to))
    }
}

function becomeAnother(town: Town, enrolment: Enrolment, school: number, day: number): void {
  const { by, making } = town
  const { person, year } = enrolment
  const old = person.child
  goAway(town, enrolment, day)
  const random = asRandom(by)
  const called = new Set([
    old.forename,
    knownAs(old.forename),
    old.middleName,
    old.surname,
    person.formerSurname ?? '',
    old.household.name.common,
    old.household.name.feminine,
  ])
  let name = familyName(random, old.household.origin)
  while (called.has(name.common) || called.has(name.feminine)) name = familyName(random, old.household.origin)
  const avoids = new Set([...person.family.lived, old.household.postcode, old.household.street])
  const household = { ...newAddress(town, old.household, avoids), name }
  const family = { household, members: [], lived: [], avoids }
  town.families.push(family)
  const adopted = addPerson(town, family, {
    index: making.numbers.child(),
    household,
    sex: old.sex,
    forename: childForename(random, household.origin, old.sex, called),
    middleName: old.middleName === '' ? '' : otherName(town, enrolment, called),
    surname: surnameFor(name, old.sex),
    born: old.born,
    upn: making.numbers.upn(2000 + Number(old.upn.slice(8, 10))),
    formerUpn: null,
  })
  adopted.never = person.id
  person.never = adopted.id
  const there = enrol(town, adopted, { school, year, entry: day + 3 })
  there.marks.add('adopted')
  town.happens({
    kind: 'adoption',
    person: person.id,
    school: town.schools[school]?.urn ?? '',
    other: adopted.id,
  })
}

function otherName({ by }: Town, { person: { child } }: Enrolment, called: ReadonlySet<string>): string {
  for (;;) {
    const name = adultForename(asRandom(by), child.household.origin, child.sex)
    if (!called.has(name)) return name
  }
}
