import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import { peopleStream, type PeopleOptions, type PersonRecord } from './people.ts'

const columns = [
  'record',
  'term INTEGER',
  'urn',
  'year_group',
  'upn',
  'former_upn',
  'uln',
  'forename',
  'surname',
  'birth_date',
  'sex',
  'postcode',
  'ethnicity',
  'deprivation_tenth INTEGER',
  'person',
  'never',
  'marks',
].map((text) => {
  const [name = '', type = 'VARCHAR'] = text.split(' ')
  return { name, type }
})

/** No value of these holds a comma, a quotation mark or a line break: names are letters, hyphens and apostrophes. */
const rowOf = (of: PersonRecord): string =>
  `${String(of.term)}/${of.person},${String(of.term)},${of.urn},${of.year},${of.upn},${of.formerUpn},${of.uln},${of.forename},${of.surname},${of.born},${of.sex},${of.postcode},${of.ethnicity},${String(of.deprivation)},${of.person},${of.never},${of.marks}\n`

const piece = 1 << 18

export interface StreamedPeople {
  /** A file a term, in their order. */
  readonly files: readonly string[]
  readonly rows: number
}

/**
 * Writes people's records into `folder`: `people-1.parquet` and on, a file a term, or the same as CSV. The last three columns are
 * the truth.
 */
export async function streamPeople(
  folder: string,
  options: PeopleOptions & { readonly format?: 'parquet' | 'csv' },
): Promise<StreamedPeople> {
  await mkdir(folder, { recursive: true })
  const csv = Array.from({ length: options.terms }, (_, i) => join(folder, `people-${String(i + 1)}.csv`))
  const head = columns.map(({ name }) => name).join(',') + '\n'
  const open = csv.map((path) => ({ file: openSync(path, 'w'), waiting: head }))
  let rows = 0
  try {
    for (const record of peopleStream(options)) {
      const out = open[record.term - 1]
      if (!out) continue
      rows++
      out.waiting += rowOf(record)
      if (out.waiting.length < piece) continue
      writeSync(out.file, out.waiting)
      out.waiting = ''
    }
    for (const { file, waiting } of open) writeSync(file, waiting)
  } finally {
    for (const { file } of open) closeSync(file)
  }
  if (options.format === 'csv') return { files: csv, rows }
  return { files: await asParquet(folder, csv), rows }
}

/** With one thread rows stay in their order, so that the same rows are the same bytes. */
async function asParquet(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const analytics = await openAnalytics({ folders: [folder], threads: 1, memory: '1GB' })
  const types = columns.map(({ name, type }) => `'${name}': '${type}'`).join(', ')
  try {
    const made: string[] = []
    for (const file of files) {
      const to = file.replace(/csv$/, 'parquet')
      await analytics.run(
        `COPY (SELECT * FROM read_csv('${file.replaceAll("'", "''")}', header = true, columns = {${types}}, nullstr = '', auto_detect = false)) TO '${to.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
      )
      await rm(file)
      made.push(to)
    }
    return made
  } finally {
    analytics.close()
  }
}
