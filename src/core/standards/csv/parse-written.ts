import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { GatehouseError } from '../../vocabulary/index.ts'
import { withoutGuard, writeCsv, type FormulaGuard } from './write-csv.ts'

export interface WrittenCsv {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const notAsWritten = (why: string): GatehouseError =>
  new GatehouseError('bad-input', 'The bytes are not a file that Gatehouse writes.', { why })

/**
 * Reads back what `writeCsv` wrote, for the check before it leaves: the same rows written again must give the same
 * bytes. Cells come back as they were given (in NFC), the formula guard taken off.
 * @throws GatehouseError `bad-input` for anything else: a byte-order mark, other encodings, ragged rows, blank lines, stray quotes.
 */
export function parseWritten(bytes: Uint8Array, guard: FormulaGuard): WrittenCsv {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw notAsWritten('They are not UTF-8.')
  }
  if (text.startsWith('\ufeff')) throw notAsWritten('They begin with a byte-order mark.')
  let records: string[][]
  try {
    records = parse(text, { record_delimiter: ['\r\n', '\n'] })
  } catch (error) {
    if (error instanceof CsvError) throw notAsWritten(`The CSV is malformed (${error.code}).`)
    throw error
  }
  const [header, ...rows] = records.map((row) => row.map((cell) => withoutGuard(cell, guard)))
  if (!header) throw notAsWritten('They are empty.')
  const lineEnd = text.endsWith('\r\n') ? '\r\n' : '\n'
  const again = writeCsv([header, ...rows], { formula: guard, lineEnd })
  if (Buffer.compare(again, bytes) !== 0)
    throw notAsWritten('The same rows, written again, give other bytes.')
  return { header, rows }
}
