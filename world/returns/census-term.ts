import type { TermDefinition } from '../../src/core/collections/index.ts'
import { dayOf, yearOf, type Day } from './days.ts'
import { openDays } from './return-data.ts'

export interface AttendancePeriod {
  readonly from: Day
  readonly to: Day
  /** Days open to pupils. */
  readonly open: number
}

/** One census as the generator asks for it: the definition's dates as days. */
export interface CensusTerm {
  readonly name: string
  readonly year: number
  readonly census: Day
  readonly previousCensus: Day
  /** 31 August before the school year: who is how old on it makes the year groups. */
  readonly ageDay: Day
  readonly attendanceAgeDay: Day
  readonly prescribedDay: Day
  /** The calendar year in which the school year began. */
  readonly schoolYear: number
  readonly attendance: AttendancePeriod
  readonly summerAttendance: AttendancePeriod | null
  readonly suspensions: { readonly from: Day; readonly to: Day }
  readonly attendanceAges: { readonly lowest: number; readonly highest: number }
  /** National curriculum years from the youngest; the place in it is the age at `ageDay`. */
  readonly years: readonly string[]
}

export function censusTerm(definition: TermDefinition): CensusTerm {
  const { term, parameters, lists, year } = definition
  const period = (name: string): { from: Day; to: Day } => {
    const found = term.periods.get(name)
    if (!found) throw new Error(`the term ${term.name} has no period ${name}`)
    return { from: dayOf(found.from), to: dayOf(found.to) }
  }
  const attendance = (name: string): AttendancePeriod => ({
    ...period(name),
    open: openDays(term.name, name),
  })
  const ageDay = period('ageDate').from
  return {
    name: term.name,
    year,
    census: dayOf(term.census),
    previousCensus: dayOf(term.previousCensus ?? term.census),
    ageDay,
    attendanceAgeDay: period('attendanceAgeDay').from,
    prescribedDay: period('prescribedDay').from,
    schoolYear: yearOf(ageDay),
    attendance: attendance('attendance'),
    summerAttendance: term.periods.has('summerAttendance') ? attendance('summerAttendance') : null,
    suspensions: period('suspensions'),
    attendanceAges: {
      lowest: Number(parameters.get('attendanceAgeLowest')),
      highest: Number(parameters.get('attendanceAgeHighest')),
    },
    years: lists.get('yearOrder') ?? [],
  }
}
