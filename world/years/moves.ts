import { enrol, newcomers } from './newcomers.ts'
import type { Window } from './pass-term.ts'
import { yearRate } from './rates.ts'
import { isAt, isOpenToAll, teaches, type Enrolment, type Town } from './town.ts'

const [leave, move, unknown, second] = [
  yearRate('leave-in-term'),
  yearRate('move-in-term'),
  yearRate('number-unknown-at-move'),
  yearRate('second-number-at-move'),
]

/**
 * Pupils who leave the authority between two censuses, each followed by a newcomer, and those who go to another of its schools.
 * The old school sends them as leavers. In autumn they moved in the summer, a year group lower.
 */
export function movePeople(town: Town, { from, to }: Window): void {
  const { by, schools } = town
  for (const school of schools) {
    if (!isOpenToAll(school) || school.kind.phase === 'NS') continue
    for (const enrolment of [...(town.rolls[school.index] ?? [])]) {
      const { year, leaving, status, entry, person } = enrolment
      const then = yearThen(town, year)
      if (leaving !== null || status !== 'C' || entry >= from - 40 || year > 15 || then < 4) continue
      if (!teaches(school, then, town.term.years)) continue
      const chance = by.next()
      if (chance > leave + move) continue
      const day = by.int(from, to)
      if (chance < leave) {
        goAway(town, enrolment, day)
        newcomers(town, school.index, year, day + 3, 1)
        town.happens({ kind: 'left', person: person.id, school: school.urn })
      } else {
        const others = schools.filter(
          (each) =>
            each !== school &&
            each.kind.phase === school.kind.phase &&
            teaches(each, year, town.term.years) &&
            teaches(each, then, town.term.years) &&
            !isAt(town, each.index, person),
        )
        if (others.length > 0) go(town, enrolment, by.pick(others).index, day)
      }
    }
  }
}

/** The year of a pupil when it moved: in autumn's census those of the summer are told, before everybody went up. */
export const yearThen = ({ term }: Town, year: number): number => (term.name === 'AUT' ? year - 1 : year)

export function goAway(town: Town, enrolment: Enrolment, day: number): void {
  enrolment.leaving = day
  enrolment.year = yearThen(town, enrolment.year)
}

function go(town: Town, enrolment: Enrolment, to: number, day: number): void {
  const { by, making, schools } = town
  const { person, year } = enrolment
  goAway(town, enrolment, day)
  enrolment.marks.add('moved')
  const there = enrol(town, person, { school: to, year, entry: day + 3 })
  there.marks.add('moved')
  const began = 2000 + Number(person.child.upn.slice(8, 10))
  const chance = by.next()
  const urn = schools[to]?.urn ?? ''
  const before = person.child.upn
  if (chance < unknown) there.shown.upn = making.numbers.temporary(began)
  else if (chance < unknown + second) {
    there.shown.upn = making.numbers.upn(began)
    there.marks.add('second-number')
  }
  town.happens({
    kind: 'moved',
    person: person.id,
    school: urn,
    before: schools[enrolment.school]?.urn ?? '',
    after: urn,
  })
  if (there.shown.upn !== undefined)
    town.happens({
      kind: chance < unknown ? 'temporary-number' : 'second-number',
      person: person.id,
      school: urn,
      before,
      after: there.shown.upn,
    })
}
