import { familyName, surnameFor } from '../people.ts'
import { asRandom } from '../returns/as-random.ts'
import { dayOf, type Day } from '../returns/days.ts'
import { adopt } from './adoption.ts'
import { changeNumbers } from './numbers-change.ts'
import { putRight } from './mistakes.ts'
import { movePeople } from './moves.ts'
import { moveHouse } from './households.ts'
import { yearRate } from './rates.ts'
import type { Person, Town } from './town.ts'

const [surname, wholeFamily] = [yearRate('surname-change'), yearRate('family-changes-surname')]

/** When people come and go between the last census and this one: in the time whose attendance is sent. */
export interface Window {
  readonly from: Day
  readonly to: Day
}

export function windowOf({ term }: Town): Window {
  const from = term.previousCensus + 2
  const last =
    term.name === 'AUT'
      ? dayOf(`${String(term.schoolYear)}-07-14`)
      : term.name === 'SPR'
        ? dayOf(`${String(term.schoolYear)}-12-18`)
        : term.attendance.to - 3
  return { from, to: Math.max(from, last) }
}

/** A new term: who has left is gone, and some mistakes are put right. */
export function beginTerm(town: Town): void {
  town.rolls = town.rolls.map((roll) => roll.filter(({ leaving }) => leaving === null))
  for (const roll of town.rolls) for (const enrolment of roll) putRight(town, enrolment)
}

/** What happens to people between two censuses. `rolls` hold this term's people and, in autumn, the summer's leavers. */
export function passTerm(town: Town, adoption?: number): void {
  const window = windowOf(town)
  changeNumbers(town)
  movePeople(town, window)
  adopt(town, window, adoption)
  changeSurnames(town)
  moveHouse(town)
}

function changeSurnames(town: Town): void {
  const { by, schools } = town
  const changed = new Set<Person>()
  for (const roll of town.rolls)
    for (const { person, leaving, school } of roll) {
      if (leaving !== null || changed.has(person) || !by.chance(surname)) continue
      const name = familyName(asRandom(by), person.family.household.origin)
      const all = by.chance(wholeFamily) ? person.family.members : [person]
      for (const each of all) {
        const after = surnameFor(name, each.child.sex)
        if (changed.has(each) || each.never !== null || after === each.child.surname) continue
        changed.add(each)
        town.happens({
          kind: 'surname',
          person: each.id,
          school: schools[school]?.urn ?? '',
          before: each.child.surname,
          after,
        })
        each.formerSurname = each.child.surname
        each.child = { ...each.child, surname: after }
      }
    }
  for (const roll of town.rolls)
    for (const { person, marks, shown, leaving } of roll)
      if (leaving === null && changed.has(person)) {
        marks.add('surname-changed')
        Reflect.deleteProperty(shown, 'surname')
      }
}
