import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { line } from '../csv-out.ts'
import { writeCensus } from './census.ts'
import { writeChildrenInNeed } from './children-in-need.ts'
import { censusesOf, live, type LifeOptions } from './live.ts'
import { writeResults } from './results.ts'
import { sourceRows } from './sources.ts'
import { truthIn } from './truth.ts'

export interface YearsOptions extends LifeOptions {
  /** Share of schools whose file holds deliberate faults. */
  readonly faulty: number
}

export const defaultYears: YearsOptions = {
  authority: '894',
  from: 2023,
  to: 2025,
  nextAutumn: false,
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
  const { authority, seed, faulty } = chosen
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
  let [written, schools, people] = [0, 0, 0]
  for await (const { town, definition, academicYear, name } of live(chosen, truth.event)) {
    at(written++, censusesOf(chosen))
    await writeCensus({ town, definition, truth, add, academicYear, seed, faulty })
    const who = { town, truth, add, seed, authority, year: academicYear }
    if (name === 'SPR') await writeChildrenInNeed(who)
    if (name === 'SUM') await writeResults(who)
    if (written === 1)
      await writeFile(
        join(folder, 'sources.csv'),
        sourceRows(authority, town.schools)
          .map((row) => line(row))
          .join(''),
      )
    ;[schools, people] = [town.schools.length, town.people]
  }
  const told = await truth.end()
  const beside = ['people', 'events', 'counts', 'faults'].map((name) => `truth/${name}.csv`)
  return { schools, people, ...told, bytes, files: [...files, 'sources.csv', ...beside].sort() }
}
