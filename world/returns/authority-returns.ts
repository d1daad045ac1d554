import type { TermDefinition } from '../../src/core/collections/index.ts'
import { censusReturn, type GeneratedReturn } from './census-return.ts'
import { censusTerm, type CensusTerm } from './census-term.ts'
import { duplicate } from './duplicates.ts'
import { draws } from './draws.ts'
import { move, type Pair } from './movements.ts'
import { temporaryUpnOf, upnOf } from './numbers.ts'
import { planSchools, type PlannedSchool, type SchoolPlan } from './plan-schools.ts'
import { originsOf, populate, type Making, type NumberIssuer, type Registration } from './populate.ts'

export interface AuthorityPlan extends SchoolPlan {
  readonly definition: TermDefinition
  /** The place of the authority in England; 0 for an authority on its own. */
  readonly place: number
  readonly where: 'authority' | 'england'
  readonly town: string
  readonly numbers: NumberIssuer
  /** Share of schools whose file holds deliberate faults. */
  readonly faulty: number
}

export interface Authority {
  readonly term: CensusTerm
  readonly schools: readonly PlannedSchool[]
  readonly rolls: readonly (readonly Registration[])[]
  /** Children who stand in two schools' files, rightly or not. */
  readonly pairs: readonly Pair[]
}

/** Schools and children of an authority in one term, in memory: some 60,000 children take about 40 MB. */
export function makeAuthority(plan: AuthorityPlan): Authority {
  const term = censusTerm(plan.definition)
  const schools = planSchools(plan)
  const by = draws()
  by.seed(plan.seed, plan.place, term.schoolYear)
  const making: Making = {
    by,
    term,
    numbers: plan.numbers,
    origin: originsOf(plan.where),
    town: plan.town,
    households: plan.place * 100_000,
  }
  const rolls = populate(making, schools)
  const pairs = move(making, schools, rolls)
  pairs.push(...duplicate(making, schools, rolls))
  return { term, schools, rolls, pairs }
}

/** The schools' files, one after another; each is made when it is asked for and kept no longer. What is not wanted is not made. */
export function* authorityReturns(
  plan: AuthorityPlan,
  { term, schools, rolls }: Authority,
  wanted: (school: PlannedSchool) => boolean = () => true,
): Generator<GeneratedReturn> {
  const by = draws()
  const making = { definition: plan.definition, term, seed: plan.seed, authority: plan.place }
  for (const school of schools) {
    if (!wanted(school)) continue
    by.seed(plan.seed, school.index, 41 + plan.place * 16)
    yield censusReturn(making, school, rolls[school.index] ?? [], by.next() < plan.faulty)
  }
}

/** UPNs by the year in which a child began school, for files of one authority. */
export function authorityNumbers(): NumberIssuer {
  const given = new Map<string, number>()
  const serial = (key: string): number => {
    const next = given.get(key) ?? 0
    given.set(key, next + 1)
    return next
  }
  return {
    upn: (year) => upnOf(year, serial(`upn/${String(year)}`)),
    temporary: (year) => temporaryUpnOf(year, serial(`temporary/${String(year)}`)),
    child: () => serial('child'),
  }
}

/** UPNs for England: all hundred years are used, since none has enough that were never given out. */
export function englandNumbers(): NumberIssuer {
  let [permanent, temporary, child] = [0, 0, 0]
  return {
    upn: () => {
      const index = permanent++
      return upnOf(index % 100, Math.floor(index / 100))
    },
    temporary: () => {
      const index = temporary++
      return temporaryUpnOf(index % 100, Math.floor(index / 100))
    },
    child: () => child++,
  }
}
