import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { line } from '../csv-out.ts'
import { authorityNumbers, authorityReturns, makeAuthority, type AuthorityPlan } from './authority-returns.ts'
import type { GeneratedReturn } from './census-return.ts'
import { childrenInNeedReturn } from './children-in-need.ts'
import { readTerm } from './read-term.ts'
import { englandReturns } from './england-returns.ts'
import type { Fault } from './faults.ts'
import { keyStage2Results } from './key-stage-2.ts'
import { countKinds, returnFileName } from './plan-schools.ts'
import { rateOf } from './return-data.ts'

export interface ReturnsOptions {
  /** The authority's number. The world's is 894: numbers of others are not kept free of real schools' ones. */
  readonly authority: string
  readonly year: number
  readonly term: string
  readonly seed: number
  readonly schools: number
  /** Share of schools whose file holds deliberate faults. */
  readonly faulty: number
}

export const defaultReturns: ReturnsOptions = {
  authority: '894',
  year: 2026,
  term: 'AUT',
  seed: 1,
  schools: 70,
  faulty: rateOf('faults').primary,
}

export interface WrittenReturns {
  readonly schools: number
  readonly onRoll: number
  readonly records: number
  readonly bytes: number
  readonly faults: number
  /** In the folder: every file by name. */
  readonly files: readonly string[]
}

const firstUrn = 900_100

/** What is made for one authority, with all that the options leave out. */
export async function authorityPlan(options: Partial<ReturnsOptions> = {}): Promise<AuthorityPlan> {
  const chosen = { ...defaultReturns, ...options }
  return {
    definition: await readTerm('school-census', chosen.year, chosen.term),
    authority: chosen.authority,
    seed: chosen.seed,
    counts: countKinds(chosen.schools, 'authority'),
    firstUrn,
    place: 0,
    where: 'authority',
    town: 'Telford',
    numbers: authorityNumbers(),
    faulty: chosen.faulty,
  }
}

/**
 * Writes an authority's returns into `folder`: a census file a school, the authority's children in need file, key stage 2
 * results, and what is true of them: `schools.csv` (the sources that a collector expects), `truth.csv` (each deliberate fault
 * by file, rule and place) and `pairs.csv` (children who stand in two files, and why). The same options, the same bytes.
 */
export async function writeReturns(
  folder: string,
  options: Partial<ReturnsOptions> = {},
): Promise<WrittenReturns> {
  const chosen = { ...defaultReturns, ...options }
  const plan = await authorityPlan(chosen)
  await mkdir(folder, { recursive: true })
  const authority = makeAuthority(plan)
  const out = ledgerOf(folder)
  for (const made of authorityReturns(plan, authority)) await out.add(made)
  const { schools, rolls, pairs, term } = authority
  const fileOf = (index: number): string => {
    const school = schools[index]
    return school ? returnFileName(school, term.name, term.year) : ''
  }
  await out.write('pairs.csv', [
    ['kind', 'first_file', 'first_pupil', 'second_file', 'second_pupil'],
    ...pairs.map(({ kind, first, second }) => [
      kind,
      ...[first, second].flatMap(({ school, registration }) => [
        fileOf(school),
        String((rolls[school] ?? []).indexOf(registration) + 1),
      ]),
    ]),
  ])
  for (const extra of [
    await childrenInNeedReturn(chosen, authority),
    await keyStage2Results(chosen, authority),
  ])
    await out.addFile(extra.name, extra.bytes)
  return out.end()
}

/** Writes the returns of England, authority by authority; nothing is kept but the lists. */
export async function writeEnglandReturns(
  folder: string,
  options: Partial<ReturnsOptions> = {},
): Promise<WrittenReturns> {
  await mkdir(folder, { recursive: true })
  const out = ledgerOf(folder)
  for await (const made of englandReturns(options)) await out.add(made)
  return out.end()
}

/** Adds files to the folder and keeps the lists of what they are and what is wrong with them. */
function ledgerOf(folder: string): {
  add(made: GeneratedReturn): Promise<void>
  addFile(name: string, bytes: Iterable<Uint8Array>): Promise<void>
  write(name: string, table: readonly (readonly string[])[]): Promise<void>
  end(): Promise<WrittenReturns>
} {
  const schools = [['urn', 'laestab', 'phase', 'type', 'governance', 'name', 'sixth_form', 'pupils', 'file']]
  const truth = [['file', 'rule', 'pupil', 'table', 'ordinal']]
  const files: string[] = []
  let [onRoll, records, bytes] = [0, 0, 0]
  const addFile = async (name: string, chunks: Iterable<Uint8Array>): Promise<void> => {
    const stream = createWriteStream(join(folder, name))
    for (const chunk of chunks) {
      bytes += chunk.length
      if (!stream.write(chunk)) await once(stream, 'drain')
    }
    stream.end()
    await finished(stream)
    files.push(name)
  }
  const write = async (name: string, table: readonly (readonly string[])[]): Promise<void> => {
    await writeFile(join(folder, name), table.map((row) => line(row)).join(''))
    files.push(name)
  }
  return {
    addFile,
    write,
    async add(made) {
      const { school, name } = made
      await addFile(name, made.bytes())
      onRoll += made.onRoll
      records += made.pupils
      const { kind } = school
      schools.push([
        school.urn,
        school.authority + school.establishment,
        kind.phase,
        kind.type,
        kind.governance,
        school.name,
        String(kind.sixthForm),
        String(made.onRoll),
        name,
      ])
      truth.push(...made.faults.map((fault) => truthRow(name, fault)))
    },
    async end() {
      await write('schools.csv', schools)
      await write('truth.csv', truth)
      return {
        schools: schools.length - 1,
        onRoll,
        records,
        bytes,
        faults: truth.length - 1,
        files: files.sort(),
      }
    },
  }
}

const truthRow = (file: string, { rule, table, ordinal, pupil }: Fault): string[] => [
  file,
  rule,
  pupil === null ? '' : String(pupil),
  table,
  String(ordinal),
]
