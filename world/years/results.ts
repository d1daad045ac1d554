import type { TermDefinition } from '../../src/core/collections/index.ts'
import { draws } from '../returns/draws.ts'
import { readTerm } from '../returns/read-term.ts'
import { newCounts, type Counts } from './census-counts.ts'
import { gcseResults } from './gcse.ts'
import { keyStage2Rows } from './key-stage-2.ts'
import { phonicsRows } from './phonics.ts'
import { resultFile, type Values } from './result-file.ts'
import { agency, boards } from './sources.ts'
import type { Town } from './town.ts'
import type { Truth } from './truth.ts'
import type { AddFile } from './write-years.ts'

/** A row of results, whose it is, at which school, and what is wrong with its identity. */
export interface ResultRow {
  readonly values: Values
  readonly person: string
  readonly never: string | null
  readonly school: string
  readonly marks: readonly string[]
}

export interface ResultMaking {
  readonly town: Town
  readonly definition: TermDefinition
  readonly seed: number
  readonly year: number
  readonly counts: Counts
}

interface ResultsWriting {
  readonly town: Town
  readonly truth: Truth
  readonly add: AddFile
  readonly seed: number
  readonly year: number
  readonly authority: string
}

/** The results of a school year's end: phonics, key stage 2, and GCSE of each awarding organisation. */
export async function writeResults({
  town,
  truth,
  add,
  seed,
  year,
  authority,
}: ResultsWriting): Promise<void> {
  const making = async (collection: string, term: string): Promise<ResultMaking> => ({
    town,
    definition: await readTerm(collection, year, term),
    seed,
    year,
    counts: newCounts(),
  })
  const write = async (
    { definition, counts }: ResultMaking,
    table: string,
    source: string,
    header: Values,
    rows: readonly ResultRow[],
    name: string,
  ): Promise<void> => {
    const { id, term, message } = definition
    const head = { collection: message.known[0] ?? '', year: String(year), ...header }
    await add(
      `returns/${term.census}-${id}-${term.name}/${name}`,
      resultFile(
        definition,
        table,
        head,
        rows.map(({ values }) => values),
      ),
    )
    const place = { collection: id, year, term: term.name, academicYear: year, source, file: name, table }
    for (const [i, row] of rows.entries()) truth.record({ ...place, ordinal: i + 1, n: i + 2 }, row)
    await truth.settle()
    for (const row of counts.rows()) truth.count([id, String(year), term.name, String(year), ...row])
  }
  const phonics = await making('phonics', 'YEAR')
  const created = phonics.definition.term.periods.get('checks')?.to ?? phonics.definition.term.census
  const checks = phonicsRows(phonics)
  await write(
    phonics,
    'check',
    authority,
    { lea: authority, createdOn: created },
    checks,
    `PHONICS-${String(year)}-${authority}-P-001.csv`,
  )
  const ks2 = await making('key-stage-2', 'YEAR')
  const tests = keyStage2Rows(ks2)
  await write(
    ks2,
    'result',
    agency,
    { source: agency, createdOn: ks2.definition.term.census },
    tests,
    `KS2-${String(year)}-${agency}-P-001.csv`,
  )
  const gcse = await making('gcse', 'JUN')
  const awards = gcseResults(gcse)
  for (const [i, board] of boards.entries()) {
    const header = { term: 'JUN', source: board, createdOn: gcse.definition.term.census }
    const rows = awards.get(board) ?? []
    // Counted once, beside the first board's file.
    const counted = i === 0 ? gcse : { ...gcse, counts: newCounts() }
    if (rows.length > 0)
      await write(counted, 'result', board, header, rows, `GCSE-${String(year)}-JUN-${board}-P-001.csv`)
  }
}

/** Draws of one pupil's results in one year. */
export function resultDraws(): (
  making: Pick<ResultMaking, 'seed' | 'year'>,
  child: number,
  what: number,
) => ReturnType<typeof draws> {
  const by = draws()
  return ({ seed, year }, child, what) => {
    by.seed(seed, child, what + year * 16)
    return by
  }
}
