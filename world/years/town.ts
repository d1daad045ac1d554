import type { CensusTerm } from '../returns/census-term.ts'
import type { Day } from '../returns/days.ts'
import type { Draws } from '../returns/draws.ts'
import type { PlannedSchool } from '../returns/plan-schools.ts'
import type { Child, Household, Making, Registration } from '../returns/populate.ts'

/** One identity: a child, or a child before an adoption, or the same one after it. */
export interface Person {
  readonly id: string
  /** Who it truly is now. Its number never changes; what a school has of it may differ. */
  child: Child
  readonly family: Family
  /** In standard deviations, before what attainment leans on. */
  readonly ability: number
  /** The identity of the same child on the other side of an adoption: the two must never be linked. */
  never: string | null
  formerSurname: string | null
  /** The mark of the last phonics check. */
  phonics: number | null
  /** As the last census sent it. */
  sent: { readonly meals: boolean; readonly senProvision: string } | null
}

export interface Family {
  household: Household
  readonly members: Person[]
  /** Postcodes and streets at which it lived before. */
  readonly lived: string[]
  /** Where it never moves to: where an adopted child of it lived under the former identity. */
  readonly avoids: ReadonlySet<string>
}

/** What a school may have wrong of a pupil. */
export interface Shown {
  upn?: string
  forename?: string
  surname?: string
  born?: Day
}

/** A person at a school. */
export interface Enrolment {
  readonly person: Person
  readonly school: number
  status: Registration['status']
  entry: Day
  leaving: Day | null
  year: number
  readonly shown: Shown
  /** What is so of this record, in this term and until it is put right. */
  readonly marks: Set<string>
}

/** Something that happened to a person, as `truth/events.csv` has it. */
export interface LifeEvent {
  readonly kind: string
  readonly person: string
  /** The URN of the school at which it happened; empty: at none. */
  readonly school: string
  readonly other?: string
  readonly before?: string
  readonly after?: string
}

/** An authority's schools and the people in them, from term to term. */
export interface Town {
  readonly by: Draws
  readonly making: { -readonly [Name in keyof Making]: Making[Name] }
  term: CensusTerm
  readonly schools: readonly PlannedSchool[]
  rolls: Enrolment[][]
  readonly families: Family[]
  /** Places by school and year. */
  readonly places: readonly (readonly number[])[]
  people: number
  readonly happens: (event: LifeEvent) => void
}

export const yearsOf = ({ kind }: PlannedSchool, years: readonly string[]): readonly [number, number] => [
  years.indexOf(kind.lowest),
  years.indexOf(kind.highest),
]

export const teaches = (school: PlannedSchool, year: number, years: readonly string[]): boolean => {
  const [lowest, highest] = yearsOf(school, years)
  return year >= lowest && year <= highest
}

/** Schools that anybody of the right age may go to. */
export const isOpenToAll = ({ kind: { phase } }: PlannedSchool): boolean => phase !== 'SP' && phase !== 'PR'

export const hasTemporaryNumber = (upn: string): boolean => /[A-Z]$/.test(upn)

/** Whether a school's roll of this term has the person, leavers included: nobody stands in one file twice. */
export const isAt = ({ rolls }: Town, school: number, person: Person): boolean =>
  (rolls[school] ?? []).some((each) => each.person === person)
