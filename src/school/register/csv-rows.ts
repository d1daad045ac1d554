import { readCsv } from '../../core/standards/csv/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { checkRecord } from './check-record.ts'
import type { CodeSets } from './code-sets.ts'
import { fieldOf, type ImportColumn, type ImportMap } from './import-map.ts'
import type { Field } from './fields.ts'
import { emptyOf, readValue, type Held } from './read-value.ts'
import { reject, type Rejection } from './rejection.ts'
import type { CheckedRows, StagedRow, Warning } from './staged-row.ts'
import { upnWarning } from './upn-warning.ts'

interface Bound {
  readonly column: ImportColumn
  readonly field: Field
  readonly at: number
}

/** Finds the map's columns in the header row. A column that may be missing and is, is not read. */
function bind(
  map: ImportMap,
  header: readonly string[],
  line: number,
): { bound: Bound[]; ignored: string[]; absent: string[] } {
  const refuse = (what: string, todo: string): never => {
    throw new GatehouseError('bad-input', what, { where: `line ${line}`, todo })
  }
  const names = header.map((name) => name.trim().normalize('NFC'))
  const bound: Bound[] = []
  const absent: string[] = []
  for (const column of map.columns) {
    const field = fieldOf(map, column)
    const at = names.indexOf(column.header)
    if (at < 0) {
      // A new pupil’s row is told what it lacks; a row of any other kind can’t do without.
      if (column.required || (field.required && map.target !== 'pupils')) {
        refuse(
          `The file has no column “${column.header}”.`,
          `Export the report ${map.label} again, or correct the column map ${map.id}.`,
        )
      }
      absent.push(column.header)
      continue
    }
    if (names.indexOf(column.header, at + 1) >= 0) {
      refuse(
        `The file has the column “${column.header}” twice.`,
        'Take one of them out: which is meant can’t be told.',
      )
    }
    bound.push({ column, field, at })
  }
  const read = new Set(bound.map(({ at }) => at))
  return { bound, ignored: names.filter((name, i) => !read.has(i) && name !== ''), absent }
}

/** What every source's rows are checked against. */
export interface Checking {
  readonly codes: CodeSets
  readonly at: Date
  /** Columns or elements that are not read are added here. */
  readonly ignored: Set<string>
  /** Columns of the map that the file has not: what they fill stays as it is. */
  readonly absent: Set<string>
}

/**
 * Reads and checks the rows of a CSV file with its column map, one at a time. Cells are trimmed (the MIS pads them) and
 * brought to NFC. Every fault of a row is reported, not only its first.
 * @throws GatehouseError `bad-input` with the line, for what makes the whole file unreadable.
 */
export async function* csvRows(
  input: AsyncIterable<Uint8Array>,
  map: ImportMap,
  { codes, at, ignored, absent }: Checking,
): AsyncGenerator<CheckedRows> {
  let header: readonly string[] | undefined
  let bound: readonly Bound[] = []
  const keyField = map.target === 'pupils' ? 'misId' : 'pupilMisId'
  let row = 0

  const checkRow = (line: number, cells: readonly string[]): CheckedRows => {
    row++
    const rejections: Rejection[] = []
    const warnings: Warning[] = []
    const values: Record<string, Held> = {}
    const body: Record<string, Held> = {}
    const places: Record<string, string> = {}
    if (cells.length !== header?.length) rejections.push(reject(line, '', 'cell-count'))
    for (const { column, field, at: place } of bound) {
      const text = (cells[place] ?? '').trim().normalize('NFC')
      places[column.field] = column.header
      let value: Held
      if (text === '' || column.empty.includes(text)) {
        if (column.required || field.required) rejections.push(reject(line, column.header, 'required'))
        value = emptyOf(field)
      } else {
        const result = readValue(text, field, column, codes)
        if (!result.ok) {
          rejections.push(reject(line, column.header, result.error))
          continue
        }
        value = result.value
      }
      values[column.field] = value
      if (column.field !== keyField || map.target === 'pupils') body[field.column] = value
    }
    for (const { field, code } of checkRecord(map.target, values, at)) {
      rejections.push(reject(line, places[field] ?? '', code))
    }
    const upn = typeof values['upn'] === 'string' ? values['upn'] : null
    const warning = upn === null ? undefined : upnWarning(upn, codes)
    if (warning !== undefined) warnings.push({ line, column: places['upn'] ?? '', message: warning })
    const key = values[keyField]
    const staged: StagedRow = {
      kind: rejections.length > 0 ? 'refused' : map.target,
      row,
      line,
      parent: null,
      // With a cell too many or too few, nothing stands where the header says.
      pupilKey: typeof key === 'string' && cells.length === header?.length ? key : null,
      upn,
      body: rejections.length > 0 ? {} : body,
    }
    return { rows: [staged], rejections, warnings }
  }

  for await (const { line, cells } of readCsv(input, { encoding: map.encoding, delimiter: map.delimiter })) {
    if (header) {
      if (cells.some((cell) => cell.trim() !== '')) yield checkRow(line, cells)
    } else {
      header = cells
      const found = bind(map, cells, line)
      bound = found.bound
      for (const name of found.ignored) ignored.add(name)
      for (const name of found.absent) absent.add(name)
    }
  }
  if (!header) throw new GatehouseError('bad-input', 'The file is empty.', { where: 'line 1' })
}
