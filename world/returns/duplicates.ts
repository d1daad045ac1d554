import type { Pair } from './movements.ts'
import type { PlannedSchool } from './plan-schools.ts'
import type { Child, Making, Registration } from './populate.ts'

/**
 * Children who wrongly stand in two schools' files: by one UPN that both have as their own (one in 4,000), or as the same child
 * under two UPNs (one in 4,000). Dual registrations, which rightly stand in two, are among the pairs too.
 */
export function duplicate(
  making: Making,
  schools: readonly PlannedSchool[],
  rolls: readonly Registration[][],
): Pair[] {
  const { by, term, numbers } = making
  const pairs: Pair[] = []
  const mains = new Map<Child, { school: number; registration: Registration }>()
  for (const school of schools)
    for (const registration of rolls[school.index] ?? [])
      if (registration.status === 'M') mains.set(registration.child, { school: school.index, registration })
  for (const school of schools) {
    const alike = schools.filter((each) => each !== school && each.kind.phase === school.kind.phase)
    for (const registration of [...(rolls[school.index] ?? [])]) {
      const main = registration.status === 'S' ? mains.get(registration.child) : undefined
      if (main)
        pairs.push({ kind: 'dual-registration', first: main, second: { school: school.index, registration } })
      if (registration.leaving !== null || registration.status !== 'C' || alike.length === 0) continue
      const chance = by.next()
      if (chance > 1 / 2000) continue
      const other = by.pick(alike)
      const year = term.years[registration.year] ?? ''
      const roll = rolls[other.index] ?? []
      const stranger = roll.every((each) => each.child !== registration.child)
      if (!stranger || !spans(other, year, term.years)) continue
      const same = chance < 1 / 4000
      const child: Child = same
        ? registration.child
        : { ...registration.child, index: numbers.child(), upn: numbers.upn(term.schoolYear - 1) }
      const twice: Registration = { ...registration, child }
      const leavers = roll.findIndex(({ leaving }) => leaving !== null)
      roll.splice(leavers < 0 ? roll.length : leavers, 0, twice)
      pairs.push({
        kind: same ? 'duplicate-upn' : 'duplicate-person',
        first: { school: school.index, registration },
        second: { school: other.index, registration: twice },
      })
    }
  }
  return pairs
}

const spans = ({ kind }: PlannedSchool, year: string, years: readonly string[]): boolean =>
  years.indexOf(year) >= years.indexOf(kind.lowest) && years.indexOf(year) <= years.indexOf(kind.highest)
