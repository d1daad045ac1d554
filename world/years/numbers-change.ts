import { yearRate } from './rates.ts'
import { hasTemporaryNumber, type Enrolment, type Person, type Town } from './town.ts'

const [found, wrong] = [yearRate('number-found'), yearRate('wrong-number')]

const firstYear = (upn: string): number => 2000 + Number(upn.slice(8, 10))

/**
 * Temporary numbers are replaced by permanent ones, second numbers given by mistake by the first one, and the number of another
 * child that a school carried by its own; a few more records begin to carry another child's. What a number replaced stays
 * beside it as the former one.
 */
export function changeNumbers(town: Town): void {
  const { by, schools } = town
  const renumbered = new Set<Person>()
  for (const roll of town.rolls)
    for (const enrolment of roll) {
      const { person, shown, marks, leaving, school } = enrolment
      if (leaving !== null) continue
      const urn = schools[school]?.urn ?? ''
      if (!renumbered.has(person) && hasTemporaryNumber(person.child.upn) && by.chance(found)) {
        const before = person.child.upn
        const after = town.making.numbers.upn(firstYear(before))
        renumbered.add(person)
        person.child = { ...person.child, upn: after, formerUpn: before }
        town.happens({ kind: 'number-replaced', person: person.id, school: urn, before, after })
      }
      if (shown.upn !== undefined && by.chance(found)) giveBack(town, enrolment, urn)
      else if (shown.upn === undefined && by.chance(wrong)) carry(town, enrolment, urn)
      if (renumbered.has(person)) marks.add('number-replaced')
    }
}

function giveBack(town: Town, { person, shown, marks }: Enrolment, urn: string): void {
  const before = shown.upn ?? ''
  Reflect.deleteProperty(shown, 'upn')
  if (!marks.delete('wrong-number')) {
    marks.delete('second-number')
    person.child = { ...person.child, formerUpn: before }
    marks.add('number-replaced')
  }
  town.happens({ kind: 'number-put-right', person: person.id, school: urn, before, after: person.child.upn })
}

/** The number of a pupil of another school, so that no school has one number twice. */
function carry(town: Town, { person, shown, marks, school }: Enrolment, urn: string): void {
  const other = town.by.pick(town.rolls.filter((roll, i) => i !== school && roll.length > 0))
  const { person: whose } = town.by.pick(other)
  if (whose === person || whose.never !== null || person.never !== null) return
  shown.upn = whose.child.upn
  marks.add('wrong-number')
  town.happens({
    kind: 'wrong-number',
    person: person.id,
    school: urn,
    other: whose.id,
    before: person.child.upn,
    after: whose.child.upn,
  })
}
