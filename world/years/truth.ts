import { join } from 'node:path'
import { csvOut, type CsvOut } from '../csv-out.ts'
import type { LifeEvent } from './town.ts'

/** Where a record stands: a round of a collection, whose file, and which of its records. */
export interface RecordPlace {
  readonly collection: string
  readonly year: number
  readonly term: string
  readonly academicYear: number
  /** A school's URN, an authority's number, a board's or the agency's short name. */
  readonly source: string
  readonly file: string
  readonly table: string
  /** Its place among the file's records of its table, from 1. */
  readonly ordinal: number
  /** Its number among all records of the file, as the collector counts them. */
  readonly n: number
}

/** What is true of the files, beside them and never in them. */
export interface Truth {
  /** `school`: the URN of the school at which the person is, whoever sends the record. */
  record(
    place: RecordPlace,
    of: { person: string; never: string | null; school: string; marks: readonly string[] },
  ): void
  readonly event: (round: { readonly year: number; readonly term: string }, event: LifeEvent) => void
  count(row: readonly string[]): void
  fault(row: readonly string[]): void
  settle(): Promise<void>
  end(): Promise<{ readonly records: number; readonly events: number; readonly faults: number }>
}

export const recordName = ({ collection, year, term, source, n }: RecordPlace): string =>
  `${collection}/${String(year)}/${term}/${source}/${String(n)}`

/** `people.csv`, whose first two columns are what `gatehouse match evaluate` asks for, `events.csv`, `counts.csv`, `faults.csv`. */
export function truthIn(folder: string): Truth {
  const out = (name: string, columns: string): CsvOut => csvOut(join(folder, name), columns.split(' '))
  const people = out(
    'people.csv',
    'record person collection year term academic_year source school file table ordinal n never marks',
  )
  const events = out('events.csv', 'year term event person other school before after')
  const counts = out('counts.csv', 'collection year term academic_year school measure group value')
  const faults = out('faults.csv', 'file rule pupil table ordinal')
  let [records, happened, broken] = [0, 0, 0]
  return {
    record(place, { person, never, school, marks }) {
      records++
      people.row([
        recordName(place),
        person,
        place.collection,
        String(place.year),
        place.term,
        String(place.academicYear),
        place.source,
        school,
        place.file,
        place.table,
        String(place.ordinal),
        String(place.n),
        never ?? '',
        marks.join(' '),
      ])
    },
    event({ year, term }, { kind, person, other = '', school, before = '', after = '' }) {
      happened++
      events.row([String(year), term, kind, person, other, school, before, after])
    },
    count: (row) => {
      counts.row(row)
    },
    fault: (row) => {
      broken++
      faults.row(row)
    },
    settle: () => people.settle(),
    async end() {
      for (const each of [people, events, counts, faults]) await each.end()
      return { records, events: happened, faults: broken }
    },
  }
}
