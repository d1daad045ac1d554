import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { GatehouseError } from '../../vocabulary/index.ts'
import { decodeText, type TextEncoding } from '../encoding.ts'

export interface CsvRow {
  /** The line of the file on which the row begins, from 1; a cell in quotes may run over several. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvReading {
  readonly encoding?: TextEncoding
  readonly delimiter?: ',' | ';' | '\t'
  /** Bounds; a file that passes one is refused, whatever its rows say. */
  readonly maxCell?: number
  readonly maxColumns?: number
}

/** What csv-parse gives with `info`, to `on_record` too, whatever its types say. */
interface CsvRecord {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

const fault = (line: number, what: string, todo?: string): GatehouseError =>
  new GatehouseError('bad-input', what, { where: `line ${line}`, ...(todo === undefined ? {} : { todo }) })

/** What csv-parse's codes mean to a person. Its own messages repeat the cell and are dropped. */
function explain(error: CsvError, line: number): GatehouseError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return fault(
      line,
      'A quotation mark is opened and never closed.',
      'The file may be cut off: export it again.',
    )
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return fault(
      line,
      'A row is longer than any real row could be.',
      'Look for a missing quotation mark there.',
    )
  }
  return fault(
    line,
    'A quotation mark stands where none may.',
    'A cell that holds one must be quoted, the mark doubled.',
  )
}

/** Line ends of every kind as LF, also inside cells: an editor on another system may have changed them anyway. */
async function* withLineFeeds(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const piece of text) {
    const all = held + piece
    held = all.endsWith('\r') ? '\r' : ''
    yield all.slice(0, all.length - held.length).replace(/\r\n?/g, '\n')
  }
  if (held) yield '\n'
}

/**
 * Reads CSV (RFC 4180; line ends CRLF, LF or CR) as a stream, row by row: the header first, blank lines skipped. Line
 * ends inside cells come as LF. Rows keep the number of cells they have: whether that fits is the caller's to say.
 * @throws GatehouseError `bad-input` with the line: wrong encoding, NUL, a quote out of place, a cell or row past its bound.
 */
export async function* readCsv(
  input: AsyncIterable<Uint8Array>,
  reading: CsvReading = {},
): AsyncGenerator<CsvRow> {
  const maxCell = reading.maxCell ?? 10_000
  const maxColumns = reading.maxColumns ?? 250
  let parsedTo = 0
  const parser = parse({
    delimiter: reading.delimiter ?? ',',
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: 1_000_000,
    // Called as the record is parsed, long before it is taken from the stream: where an open quote began.
    on_record: (parsed: string[], { lines }) => {
      parsedTo = lines
      if (state) state.expectedRecordLength = (parsed as unknown as CsvRecord).record.length
      return parsed
    },
  })
  // A record of another length than the first costs an error with its stack, made and thrown away. Compared with the one before
  // it, only a change of length costs that: a file whose first records are narrower than its rows is read ten times as fast.
  const { state } = parser as { state?: { expectedRecordLength?: number } }
  const text = Readable.from(withLineFeeds(decodeText(input, reading.encoding)))
  let failure: Error | undefined
  text.on('error', (error: Error) => {
    failure = error
    parser.destroy(error)
  })
  text.pipe(parser)
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      let line = info.lines
      for (const cell of record) {
        for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) line--
      }
      if (record.length > maxColumns) throw fault(line, `A row has more than ${maxColumns} cells.`)
      if (record.some((cell) => cell.length > maxCell)) {
        throw fault(line, `A cell holds more than ${maxCell} characters.`)
      }
      yield { line, cells: record }
    }
  } catch (error) {
    if (failure !== undefined) throw failure
    if (error instanceof CsvError)
      throw explain(
        error,
        error.code === 'CSV_QUOTE_NOT_CLOSED' ? parsedTo + 1 : Number(error['lines'] ?? parsedTo + 1),
      )
    throw error
  } finally {
    text.destroy()
    parser.destroy()
  }
}
