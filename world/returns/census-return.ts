import { writeMessage, type TermDefinition } from '../../src/core/collections/index.ts'
import type { CensusTerm } from './census-term.ts'
import { draws } from './draws.ts'
import { breakReturn, type Fault } from './faults.ts'
import type { Leanings } from './leanings.ts'
import type { MessageRecord } from './message-record.ts'
import { returnFileName, type PlannedSchool } from './plan-schools.ts'
import type { Registration } from './populate.ts'
import { pupilRecord } from './pupil-record.ts'
import { headerRecord, schoolRecord } from './school-record.ts'

/** One school's file, with what is known of it beforehand. */
export interface GeneratedReturn {
  readonly school: PlannedSchool
  readonly name: string
  /** The file as a stream, made anew each time it is asked for. */
  readonly bytes: () => Generator<Uint8Array>
  /** Pupils in the file, leavers included, and those on roll. */
  readonly pupils: number
  readonly onRoll: number
  /** Of each pupil in the order of the roll, the number of its record among all records of the file, as a collector counts them. */
  readonly numbers: readonly number[]
  /** What was broken on purpose; none: the file is sound. */
  readonly faults: readonly Fault[]
}

export interface ReturnMaking {
  readonly definition: TermDefinition
  readonly term: CensusTerm
  readonly seed: number
  readonly authority: number
  readonly leanings?: Leanings
  /** What else is to be changed in a pupil's record before it is sent. */
  readonly finish?: (record: MessageRecord, registration: Registration) => void
}

/** A school's return as its file. `faulty`: break something of it. */
export function censusReturn(
  { definition, term, seed, authority, leanings, finish }: ReturnMaking,
  school: PlannedSchool,
  roll: readonly Registration[],
  faulty: boolean,
): GeneratedReturn {
  const by = draws()
  const context = { term, school, by, seed, authority, ...(leanings ? { leanings } : {}) }
  const pupils = roll.map((registration) => {
    const record = pupilRecord(context, registration)
    finish?.(record, registration)
    return { year: registration.year, record }
  })
  by.seed(seed, school.index, 31 + authority * 16)
  const own = schoolRecord(school, term, by, pupils)
  by.seed(seed, school.index, 32 + authority * 16)
  const faults = faulty ? breakReturn(by, school, term, own, pupils) : []
  const rows = {
    header: [headerRecord(school, term)],
    school: [own],
    pupil: pupils.map(({ record }) => record),
  }
  let last = 1 + recordsOf(own)
  const numbers = pupils.map(({ record }) => {
    const number = last + 1
    last += recordsOf(record)
    return number
  })
  return {
    school,
    numbers,
    name: returnFileName(school, term.name, term.year),
    bytes: () => writeMessage(definition, rows),
    pupils: pupils.length,
    onRoll: pupils.filter(({ record }) => record.items['onRoll'] === 'true').length,
    faults,
  }
}

/** A record and all below it. */
export const recordsOf = ({ below }: MessageRecord): number =>
  Object.values(below ?? {}).reduce((sum, rows) => rows.reduce((all, row) => all + recordsOf(row), sum), 1)
