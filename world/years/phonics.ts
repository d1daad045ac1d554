import { dayOf, isoOf } from '../returns/days.ts'
import { normal } from './newcomers.ts'
import { yearRate } from './rates.ts'
import { attainment, identityInResults, pupilsOf } from './result-identity.ts'
import { resultDraws, type ResultMaking, type ResultRow } from './results.ts'
import type { Enrolment } from './town.ts'

const [yearOne, yearTwo, highest] = [5, 6, 40]
const absent = yearRate('results-absent')

/** The check of year 1, and of those of year 2 who had not met the standard, or who came since and do not seem to have. */
export function phonicsRows(making: ResultMaking): readonly ResultRow[] {
  const { town, definition } = making
  const rows: ResultRow[] = []
  const drawsOf = resultDraws()
  const passMark = Number(definition.parameters.get('passMark'))
  const week = definition.term.periods.get('checks')
  const from = dayOf(week?.from ?? definition.term.census)
  const again = ({ person }: Enrolment): boolean =>
    person.phonics === null ? attainment(person, 0) < -1 : person.phonics < passMark
  for (const enrolment of [...pupilsOf(town, yearOne), ...pupilsOf(town, yearTwo, again)]) {
    const { person, school, year } = enrolment
    const planned = town.schools[school]
    if (!planned) continue
    const by = drawsOf(making, person.child.index, 2)
    const who = identityInResults(by, person)
    const level = attainment(person, normal(by)) + (year === yearTwo ? 0.8 : 0)
    const mark = Math.max(0, Math.min(highest, Math.round(passMark + 5 + 6 * level)))
    const disapplied = person.sent?.senProvision === 'E' && by.chance(0.3)
    const none = disapplied ? 'D' : by.chance(absent) ? 'A' : null
    const day = from + by.int(0, 4)
    const result =
      none === null
        ? { mark: String(mark), outcome: mark >= passMark ? 'Wa' : 'Wt', checkedOn: isoOf(day) }
        : { outcome: none }
    person.phonics = none === null ? mark : 0
    rows.push({
      values: {
        ...(who.upn === null ? {} : { upn: who.upn }),
        surname: who.surname,
        forenames: who.forenames,
        birthDate: who.born,
        sex: person.child.sex,
        estab: planned.establishment,
        urn: planned.urn,
        yearGroup: year === yearOne ? '1' : '2',
        ...result,
      },
      person: person.id,
      never: person.never,
      school: planned.urn,
      marks: who.marks,
    })
    for (const where of [planned.urn, 'all']) {
      const group = `year ${year === yearOne ? '1' : '2'}`
      making.counts.add(where, 'pupils', group)
      if (none === null && mark >= passMark) making.counts.add(where, 'met', group)
    }
  }
  return rows
}
