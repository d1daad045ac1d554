import type { TermDefinition } from '../../src/core/collections/index.ts'
import { censusReturn } from '../returns/census-return.ts'
import { isoOf } from '../returns/days.ts'
import { draws } from '../returns/draws.ts'
import type { Registration } from '../returns/populate.ts'
import { countPupil, newCounts } from './census-counts.ts'
import { finisher } from './finish-record.ts'
import { leanings } from './rates.ts'
import { hasTemporaryNumber, type Enrolment, type Town } from './town.ts'
import type { Truth } from './truth.ts'
import type { AddFile } from './write-years.ts'

interface CensusWriting {
  readonly town: Town
  readonly definition: TermDefinition
  readonly truth: Truth
  readonly add: AddFile
  readonly academicYear: number
  readonly seed: number
  readonly faulty: number
}

/** The census files of a term, school by school, with the truth of each record. */
export async function writeCensus(writing: CensusWriting): Promise<void> {
  const { town, definition, truth, add, academicYear, seed, faulty } = writing
  const { term } = town
  const by = draws()
  const counts = newCounts()
  const finish = finisher(town, definition)
  const round = `returns/${isoOf(term.census)}-school-census-${term.name}`
  const key = { collection: 'school-census', year: term.year, term: term.name, academicYear, table: 'pupil' }
  for (const school of town.schools) {
    const roll = town.rolls[school.index] ?? []
    // A nursery school sends nobody who has left (rule 5065).
    const enrolments = inOrder(
      school.kind.phase === 'NS' ? roll.filter(({ leaving }) => leaving === null) : roll,
    )
    const registrations = new Map(enrolments.map((enrolment) => [registrationOf(enrolment), enrolment]))
    by.seed(seed, school.index, 41 + term.census * 16)
    const making = {
      definition,
      term,
      seed,
      authority: 0,
      leanings,
      finish: (record: Parameters<typeof finish>[0], registration: Registration): void => {
        const enrolment = registrations.get(registration)
        if (!enrolment) return
        finish(record, enrolment)
        countPupil(counts, school.urn, record)
      },
    }
    const made = censusReturn(making, school, [...registrations.keys()], by.next() < faulty)
    await add(`${round}/${made.name}`, made.bytes())
    for (const [i, enrolment] of enrolments.entries())
      truth.record(
        { ...key, source: school.urn, file: made.name, ordinal: i + 1, n: made.numbers[i] ?? 0 },
        {
          person: enrolment.person.id,
          never: enrolment.person.never,
          school: school.urn,
          marks: marksOf(enrolment),
        },
      )
    for (const { rule, pupil, table, ordinal } of made.faults)
      truth.fault([made.name, rule, pupil === null ? '' : String(pupil), table, String(ordinal)])
    await truth.settle()
  }
  for (const row of counts.rows())
    truth.count([key.collection, String(key.year), key.term, String(academicYear), ...row])
}

/** As the file has them: those on roll, then those who left. No number stands twice in one school. */
function inOrder(roll: readonly Enrolment[]): readonly Enrolment[] {
  const numbers = new Set(roll.map(({ person }) => person.child.upn))
  for (const { shown, marks } of roll)
    if (marks.has('wrong-number') && numbers.has(shown.upn ?? '')) {
      Reflect.deleteProperty(shown, 'upn')
      marks.delete('wrong-number')
    }
  return roll.toSorted((a, b) => Number(a.leaving !== null) - Number(b.leaving !== null))
}

const registrationOf = ({ person, shown, status, entry, leaving, year }: Enrolment): Registration => ({
  child: { ...person.child, ...shown },
  status,
  entry,
  leaving,
  year,
})

function marksOf({ person, shown, marks, status, leaving }: Enrolment): readonly string[] {
  const upn = shown.upn ?? person.child.upn
  return [
    ...marks,
    ...(hasTemporaryNumber(upn) ? ['temporary-number'] : []),
    ...(person.child.formerUpn !== null ? ['former-number'] : []),
    ...(status === 'C' ? [] : ['dual']),
    ...(leaving === null ? [] : ['left']),
  ].sort()
}
