import { rows, cell } from '../data.ts'
import { postcode } from '../identifiers.ts'
import type { Household } from '../returns/populate.ts'
import { yearRate } from './rates.ts'
import type { Family, Person, Town } from './town.ts'

const streets = rows('streets').map((row) => cell(row, 'street'))
const [moves, poorer] = [yearRate('address-change'), yearRate('new-meals')]

/** Another address for a household, which has a number of its own: postcode and property number follow from it. */
export function newAddress(
  { by, making }: Town,
  household: Household,
  avoids: ReadonlySet<string>,
): Household {
  for (;;) {
    const index = making.households++
    const [street, code] = [by.pick(streets), postcode(index)]
    if (!avoids.has(street) && !avoids.has(code))
      return { ...household, index, house: String(by.int(1, 160)), street, postcode: code }
  }
}

/** Families that move house, and those that become eligible for free meals; nobody stops to be (transitional protection). */
export function moveHouse(town: Town): void {
  const { by } = town
  const moved = new Set<Family>()
  for (const family of town.families) {
    const chance = by.next()
    if (chance > moves + poorer) continue
    if (chance < moves) {
      moved.add(family)
      family.lived.push(family.household.postcode, family.household.street)
    }
    const household =
      chance < moves ? newAddress(town, family.household, family.avoids) : poor(family.household)
    family.household = household
    for (const person of family.members) person.child = { ...person.child, household }
  }
  const told = new Set<Person>()
  for (const roll of town.rolls)
    for (const { person, marks, leaving } of roll) {
      if (leaving !== null || !moved.has(person.family)) continue
      marks.add('address-changed')
      if (!told.has(person)) town.happens({ kind: 'address', person: person.id, school: '' })
      told.add(person)
    }
}

const poor = (household: Household): Household => ({ ...household, means: household.means * 0.5 })
