import { dayOf, type Day } from './days.ts'
import type { PlannedSchool } from './plan-schools.ts'
import { stageAt } from './plan-schools.ts'
import { makeChild, makeHousehold, type Child, type Making, type Registration } from './populate.ts'
import { rateOf } from './return-data.ts'

/** A child who stands in two returns, and why. */
export interface Pair {
  readonly kind: 'dual-registration' | 'moved' | 'transferred' | 'duplicate-upn' | 'duplicate-person'
  readonly first: { readonly school: number; readonly registration: Registration }
  readonly second: { readonly school: number; readonly registration: Registration }
}

const [movedRate, leftRate, suspendedRate] = [
  rateOf('moved-in-period'),
  rateOf('left-in-period'),
  rateOf('suspended'),
]

/**
 * Gives every registration its date of entry, and adds who left: to another school of the authority within the period, at the
 * end of the school year to the next school, or out of the authority. In autumn the leavers of the summer are sent, since the
 * summer's attendance is; in other terms only who left within the period, or was suspended before leaving.
 */
export function move(
  making: Making,
  schools: readonly PlannedSchool[],
  rolls: readonly Registration[][],
): Pair[] {
  const { by, term } = making
  const pairs: Pair[] = []
  const autumn = term.summerAttendance !== null
  const lastLeaving = Math.min(term.attendance.to, term.census - 2)
  const yearBegan = dayOf(`${String(term.schoolYear)}-09-01`)
  const firstLeaving = Math.max(term.attendance.from + 7, autumn ? 0 : yearBegan + 9)
  const someDay = (): Day => by.int(firstLeaving, lastLeaving)
  const began = (school: PlannedSchool, year: number, at: number): Day => {
    const lowest = term.years.indexOf(school.kind.lowest)
    const first = lowest < 4 && at >= 4 && by.chance(0.4) ? 4 : Math.min(at, Math.max(lowest, at - 12))
    const start = dayOf(`${String(term.schoolYear - (year - first))}-09-03`)
    const latest = Math.min(term.attendance.from, term.census) - 20
    return start < latest - 40 && by.chance(0.1) ? by.int(start + 20, latest) : start
  }
  const leave = (
    school: number,
    child: Child,
    age: number,
    leaving: Day,
    more: object = {},
  ): Registration => {
    const planned = schools[school]
    const year = leaving < yearBegan ? age - 1 : age
    const entry = planned ? Math.min(began(planned, age, year), leaving - 30) : 0
    const gone: Registration = { child, status: 'C', entry, leaving, year, ...more }
    rolls[school]?.push(gone)
    return gone
  }
  const stranger = (age: number): Child => makeChild(making, makeHousehold(making), age, new Set())
  const endOfYear = dayOf(`${String(term.schoolYear)}-07-21`)
  const has = (school: PlannedSchool, year: number): boolean =>
    year >= term.years.indexOf(school.kind.lowest) && year <= term.years.indexOf(school.kind.highest)
  const feeders = (school: PlannedSchool, last: string): PlannedSchool[] => {
    const all = schools.filter(
      (each) => each !== school && each.kind.highest === last && each.kind.phase !== 'SP',
    )
    const near = all.filter(({ cluster }) => cluster === school.cluster)
    return near.length > 0 ? near : all
  }
  for (const school of schools) {
    const roll = rolls[school.index] ?? []
    const lowest = term.years.indexOf(school.kind.lowest)
    const fromOthers = new Map<number, PlannedSchool[]>()
    for (const registration of [...roll]) {
      if (registration.leaving !== null) continue
      const { child, year } = registration
      const enters = year === lowest || (year === 16 && by.chance(0.4))
      const joined = dayOf(`${String(term.schoolYear)}-09-03`)
      registration.entry = enters ? joined : began(school, year, year)
      if (registration.status !== 'C') {
        registration.entry = Math.max(registration.entry, joined - 700)
        continue
      }
      if (enters && autumn && year > 4 && school.kind.phase !== 'SP' && school.kind.phase !== 'PR') {
        const before = fromOthers.get(year) ?? feeders(school, term.years[year - 1] ?? '')
        fromOthers.set(year, before)
        if (before.length === 0) continue
        const old = by.pick(before)
        pairs.push({
          kind: 'transferred',
          first: { school: school.index, registration },
          second: { school: old.index, registration: leave(old.index, child, year, endOfYear) },
        })
        continue
      }
      const stage = stageAt(school, year)
      const then = autumn ? year - 1 : year
      if (!enters && then >= 4 && by.chance(movedRate[stage])) {
        const others = schools.filter(
          (each) => each !== school && each.kind.phase === school.kind.phase && has(each, then),
        )
        if (others.length === 0) continue
        const old = by.pick(others)
        const gone = leave(old.index, child, year, someDay())
        registration.entry = (gone.leaving ?? 0) + 3
        pairs.push({
          kind: 'moved',
          first: { school: school.index, registration },
          second: { school: old.index, registration: gone },
        })
      }
    }
  }
  for (const school of schools) {
    if (school.kind.phase === 'NS') continue
    const present = (rolls[school.index] ?? []).filter(({ leaving }) => leaving === null)
    for (const { year } of present) {
      const age = autumn ? year + 1 : year
      if (year >= 4 && year <= 15 && by.chance(leftRate[stageAt(school, year)]))
        leave(school.index, stranger(age), age, someDay())
      if (autumn && year === 15 && by.chance(school.kind.sixthForm ? 0.35 : 0.6))
        leave(school.index, stranger(16), 16, endOfYear)
      if (autumn && year === 17) leave(school.index, stranger(18), 18, endOfYear)
      if (
        !autumn &&
        year === 15 &&
        term.suspensions.to < yearBegan &&
        by.chance(suspendedRate[stageAt(school, year)])
      )
        leave(school.index, stranger(16), 16, term.suspensions.to - 40, { forSuspension: true })
    }
  }
  for (const roll of rolls) roll.sort((a, b) => Number(a.leaving !== null) - Number(b.leaving !== null))
  return pairs
}
