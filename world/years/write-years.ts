import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { line } from '../csv-out.ts'
import { authorityNumbers } from '../returns/authority-returns.ts'
import { censusTerm } from '../returns/census-term.ts'
import { draws } from '../returns/draws.ts'
import { countKinds } from '../returns/plan-schools.ts'
import { originsOf } from '../returns/populate.ts'
import { readTerm } from '../returns/read-term.ts'
import { beginTown } from './begin.ts'
import { writeCensus } from './census.ts'
import { writeChildrenInNeed } from './children-in-need.ts'
import { writeResults } from './results.ts'
import { beginTerm, passTerm } from './pass-term.ts'
import { passYear } from './pass-year.ts'
import { sourceRows } from './sources.ts'
import { truthIn } from './truth.ts'

export interface YearsOptions {
  readonly authority: string
  /** Academic years by the year in which they end: 2023 is 2022 to 2023. */
  readonly from: number
  readonly to: number
  readonly seed: number
  readonly schools: number
  /** Share of schools whose file holds deliberate faults. */
  readonly faulty: number
}

export const defaultYears: YearsOptions = {
  authority: '894',
  from: 2023,
  to: 2025,
  seed: 1,
  schools: 70,
  faulty: 0,
}

export interface WrittenYears {
  readonly schools: number
  readonly people: number
  readonly records: number
  readonly events: number
  readonly faults: number
  readonly bytes: number
  /** In the folder, by name. */
  readonly files: readonly string[]
}

const firstUrn = 900_100

/** One file of a round, in a folder of that round. */
export type AddFile = (name: string, chunks: Iterable<Uint8Array>) => Promise<void>

/**
 * Writes an authority's returns of some academic years into `folder`: below `returns/` a folder a round, named by its day, so
 * that their order is that of the calendar; `sources.csv`, who sends them; and below `truth/` what is true of them. The same
 * options, the same bytes. One school's records are held at a time, and the people of the authority.
 */
export async function writeYears(
  folder: string,
  options: Partial<YearsOptions> = {},
  at: (done: number, of: number) => void = () => undefined,
): Promise<WrittenYears> {
  const chosen = { ...defaultYears, ...options }
  const { authority, seed, from, to } = chosen
  const files: string[] = []
  let bytes = 0
  const add: AddFile = async (name, chunks) => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    const stream = createWriteStream(join(folder, name))
    for (const chunk of chunks) {
      bytes += chunk.length
      if (!stream.write(chunk)) await once(stream, 'drain')
    }
    stream.end()
    await finished(stream)
    files.push(name)
  }
  await mkdir(join(folder, 'truth'), { recursive: true })
  const truth = truthIn(join(folder, 'truth'))
  const by = draws()
  by.seed(seed, 0, from)
  const first = await readTerm('school-census', from - 1, 'AUT')
  const term = censusTerm(first)
  const making = {
    by,
    term,
    numbers: authorityNumbers(),
    origin: originsOf('authority'),
    town: 'Telford',
    households: 0,
  }
  const plan = { authority, seed, counts: countKinds(chosen.schools, 'authority'), firstUrn }
  const round = { year: from - 1, term: 'AUT' }
  const town = beginTown(plan, making, term, (event) => {
    truth.event(round, event)
  })
  const who = { seed, authority }
  let written = 0
  for (let year = from; year <= to; year++)
    for (const name of ['AUT', 'SPR', 'SUM']) {
      Object.assign(round, { year: name === 'AUT' ? year - 1 : year, term: name })
      const definition = await readTerm('school-census', round.year, name)
      if (year > from || name !== 'AUT') {
        town.term = town.making.term = censusTerm(definition)
        beginTerm(town)
        if (name === 'AUT') passYear(town)
        passTerm(town)
      }
      at(written++, (to - from + 1) * 3)
      await writeCensus({ town, definition, truth, add, academicYear: year, ...chosen })
      if (name === 'SPR') await writeChildrenInNeed({ town, truth, add, year, ...who })
      if (name === 'SUM') await writeResults({ town, truth, add, year, ...who })
    }
  await writeFile(
    join(folder, 'sources.csv'),
    sourceRows(authority, town.schools)
      .map((row) => line(row))
      .join(''),
  )
  const told = await truth.end()
  return {
    schools: town.schools.length,
    people: town.people,
    ...told,
    bytes,
    files: [
      ...files,
      'sources.csv',
      ...['people', 'events', 'counts', 'faults'].map((name) => `truth/${name}.csv`),
    ].sort(),
  }
}
