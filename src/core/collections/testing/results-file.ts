import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { readCsv, writeCsv } from '../../standards/csv/index.ts'
import { csvTables } from '../csv/csv-tables.ts'
import type { CollectionDefinition } from '../definition.ts'

/** Values by item. */
export type Values = Readonly<Record<string, string>>

/** A CSV message: what its header and its rows hold, as written. */
export interface ResultsFile {
  readonly name: string
  readonly header: Values
  readonly rows: readonly Values[]
}

/** The example of a collection’s format, which stands beside its definition. */
export async function exampleOf(policy: string, definition: CollectionDefinition): Promise<ResultsFile> {
  const folder = join(policy, 'collections', definition.id, String(definition.year), 'example')
  const [name = ''] = await readdir(folder)
  const lines: (readonly string[])[] = []
  for await (const { cells } of readCsv(Readable.from([await readFile(join(folder, name))])))
    lines.push(cells)
  const tables = csvTables(definition)
  if (!tables) throw new Error('no CSV message')
  const valuesOf = (items: ReadonlyMap<string, unknown>, cells: readonly string[] = []): Values =>
    Object.fromEntries([...items.keys()].map((item, i) => [item, cells[i] ?? '']))
  return {
    name,
    header: valuesOf(tables.header.items, lines[1]),
    rows: lines.slice(3).map((cells) => valuesOf(tables.rows.items, cells)),
  }
}

/** The file with some items of its header, and of its rows by place, changed. */
export const changed = (file: ResultsFile, header: Values, ...rows: readonly Values[]): ResultsFile => ({
  ...file,
  header: { ...file.header, ...header },
  rows: file.rows.map((row, i) => ({ ...row, ...rows[i] })),
})

/** As its format asks, in pieces as a stream brings them; `cut` leaves its last lines out. */
export function streamOf(
  { header, rows }: ResultsFile,
  definition: CollectionDefinition,
  cut = 0,
): AsyncIterable<Uint8Array> {
  const tables = csvTables(definition)
  if (!tables) throw new Error('no CSV message')
  const part = ({ items }: typeof tables.header, records: readonly Values[]): Uint8Array =>
    writeCsv(
      [
        [...items.values()].map(({ path }) => path.join('')),
        ...records.map((record) => [...items.keys()].map((item) => record[item] ?? '')),
      ],
      { formula: 'refuse' },
    )
  const kept = rows.slice(0, rows.length - cut)
  const bytes = Buffer.concat([part(tables.header, [header]), part(tables.rows, kept)])
  return Readable.from(
    Array.from({ length: Math.ceil(bytes.length / 99) }, (_, i) => bytes.subarray(i * 99, i * 99 + 99)),
  )
}
