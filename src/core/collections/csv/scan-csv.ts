import { readCsv } from '../../standards/csv/index.ts'
import type { MessageFault, MessageReport } from '../../standards/xml-records/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../vocabulary/index.ts'
import type { CsvShape, TermDefinition } from '../definition.ts'
import { columnsOf, csvTables, type CsvTables } from './csv-tables.ts'
import { faultOf, readCsvHeader } from './read-csv-header.ts'
import { recordFile, type RecordFile } from './record-file.ts'

/** What is the matter with a CSV message beside the values of its records. */
export interface CsvNote {
  readonly code: 'other-cells' | 'file-name'
  readonly line: number
  /** What was met there; never a value. */
  readonly path: string
}

export interface CsvReport extends Omit<MessageReport, 'notes'> {
  readonly notes: readonly CsvNote[]
}

export interface CsvReading {
  /** Where the rows are written, a file a table. */
  readonly folder: string
  readonly returnId: number
  /** Records are numbered from the next one on. */
  readonly after: number
  /** As it was sent; null: nobody says. */
  readonly fileName: string | null
}

const mostBytes = 8 * 2 ** 30
const mostNotes = 500

/**
 * Reads a CSV message as a stream and writes its records as rows, in the form of `scanMessage`: the header’s record, then
 * every row that has as many cells as there are columns. A file whose columns are not those of the format is not read at all.
 */
export async function scanCsv(
  source: AsyncIterable<Uint8Array>,
  { message, tables: all }: Pick<TermDefinition, 'message' | 'tables'>,
  reading: CsvReading,
): Promise<Result<CsvReport, MessageFault>> {
  const tables = csvTables({ tables: all })
  if (!message.csv || !tables) throw new Error('a message that is not CSV')
  const files = {
    header: recordFile(reading.folder, tables.header.name),
    rows: recordFile(reading.folder, tables.rows.name),
  }
  try {
    return ok(await scan(source, message.csv, tables, reading, files))
  } catch (error) {
    const fault = faultOf(error)
    if (fault) return fail(fault)
    throw error
  } finally {
    files.header.drop()
    files.rows.drop()
  }
}

async function scan(
  source: AsyncIterable<Uint8Array>,
  shape: CsvShape,
  tables: CsvTables,
  { returnId, after, fileName }: CsvReading,
  files: Readonly<Record<'header' | 'rows', RecordFile>>,
): Promise<CsvReport> {
  const notes: CsvNote[] = []
  let [moreNotes, bytes, n] = [0, 0, after]
  const note = (each: CsvNote): void => {
    if (notes.length < mostNotes) notes.push(each)
    else moreNotes++
  }
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > mostBytes) throw new GatehouseError('bad-input', 'The file is longer than any return.')
      yield chunk
    }
  }
  const records = readCsv(counted())
  const header = await readCsvHeader(records, shape, tables, fileName)
  files.header.write([returnId, ++n, returnId, header.line], header.cells)
  for (const path of header.nameFaults) note({ code: 'file-name', line: header.line, path })
  const width = columnsOf(tables.rows).length
  for await (const { line, cells } of records) {
    if (cells.length === width) files.rows.write([returnId, ++n, returnId, line], cells)
    else
      note({ code: 'other-cells', line, path: `${String(cells.length)} cells in place of ${String(width)}` })
  }
  files.header.close()
  files.rows.close()
  const written = [
    [tables.header.name, files.header],
    [tables.rows.name, files.rows],
  ] as const
  return {
    rows: new Map(written.map(([name, { file, rows }]) => [name, { file, rows }])),
    notes,
    moreNotes,
    last: n,
    bytes,
  }
}
