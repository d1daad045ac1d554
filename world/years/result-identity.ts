import { isoOf } from '../returns/days.ts'
import type { Draws } from '../returns/draws.ts'
import { mistyped, swappedDay } from './mistakes.ts'
import { attainmentShift, yearRate } from './rates.ts'
import { teaches, type Enrolment, type Person, type Town } from './town.ts'

const [typed, missing, wrongDay, middle] = [
  yearRate('results-name-typed-wrong'),
  yearRate('results-number-missing'),
  yearRate('results-born-wrong'),
  yearRate('middle-names-in-results'),
]

/** Who a result says it is of; null: no number. Who sends results has mistakes of its own, not those of the school. */
export interface ResultIdentity {
  readonly upn: string | null
  readonly surname: string
  readonly forenames: string
  readonly born: string
  readonly marks: readonly string[]
}

export function identityInResults(by: Draws, { child }: Person): ResultIdentity {
  const marks: string[] = []
  let { surname, forename, born } = child
  if (by.chance(typed)) {
    marks.push('name-typed-wrong')
    if (by.chance(0.5)) surname = mistyped(by, surname)
    else forename = mistyped(by, forename)
  }
  if (by.chance(wrongDay)) {
    const other = swappedDay(born)
    marks.push(other === null ? 'born-typed-wrong' : 'born-swapped')
    born = other ?? born + 1
  }
  const known = !by.chance(missing)
  if (!known) marks.push('number-missing')
  const whole = child.middleName !== '' && by.chance(middle) ? `${forename} ${child.middleName}` : forename
  return { upn: known ? child.upn : null, surname, forenames: whole, born: isoOf(born), marks }
}

/** How well a person does, in standard deviations of the nation: its own ability, and what attainment leans on. */
export function attainment(person: Person, noise: number): number {
  const { child, sent, ability } = person
  const facts = {
    ethnicity: child.household.ethnicity,
    sex: child.sex,
    meals: sent?.meals === true,
    senProvision: sent?.senProvision ?? 'N',
  }
  return 0.8 * ability + 0.3 * noise + attainmentShift(facts)
}

/** Each pupil of a year group once, at its main school, by school and roll. */
export function* pupilsOf(
  town: Town,
  year: number,
  wanted: (enrolment: Enrolment) => boolean = () => true,
): Generator<Enrolment> {
  for (const school of town.schools) {
    if (!teaches(school, year, town.term.years)) continue
    for (const enrolment of town.rolls[school.index] ?? [])
      if (
        enrolment.year === year &&
        enrolment.leaving === null &&
        enrolment.status !== 'S' &&
        wanted(enrolment)
      )
        yield enrolment
  }
}
