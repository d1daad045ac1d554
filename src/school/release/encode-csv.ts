import { writeCsv } from '../../core/standards/csv/index.ts'
import {
  fail,
  GatehouseError,
  isIsoDate,
  ok,
  takesText,
  type CsvColumn,
  type Dictionary,
  type Result,
  type Subject,
  type Value,
} from '../../core/vocabulary/index.ts'
import { lineSubject } from './carried.ts'
import type { Encoded, Unwritable } from './encoded.ts'
import { leftOut } from './left-out.ts'
import type { Items, PermittedRow } from './permit-rows.ts'

/**
 * Writes the recipient's CSV: its headers in its order, dates and codes as it writes them. A code without a text in the
 * recipient's table is not guessed, and a letter that it does not take is replaced only where it agreed to that.
 */
export function encodeCsv(
  rows: readonly PermittedRow[],
  columns: readonly CsvColumn[],
  items: Dictionary,
): Result<Encoded, readonly Unwritable[]> {
  const subject = lineSubject(columns, items)
  const lines: string[][] = []
  const pupils: string[] = []
  const unwritable: Unwritable[] = []
  for (const row of rows) {
    for (const child of linesOf(row, subject)) {
      const line: string[] = []
      for (const column of columns) {
        const written = writeValue(valueFor(column, row, child), column)
        if (!written.ok) unwritable.push(unwritableAt(row.pupilId, column, written.error))
        line.push(written.ok ? written.value : '')
      }
      lines.push(line)
      pupils.push(row.pupilId)
    }
  }
  if (unwritable.length > 0) return fail(unwritable)
  const header = columns.map((column) => column.header)
  try {
    const bytes = writeCsv([header, ...lines], { formula: 'refuse' })
    const more = leftOut(rows, columns)
    return ok({
      bytes,
      mediaType: 'text/csv; charset=utf-8',
      extension: 'csv',
      ...(more ? { leftOut: more } : {}),
      table: { header, rows: lines },
    })
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    const [, line = '1', place = '1'] = /row (\d+), column (\d+)/.exec(error.where ?? '') ?? []
    const why = error.message.includes('formula') ? 'formula' : 'character'
    return fail([unwritableAt(pupils[Number(line) - 2] ?? null, columns[Number(place) - 1], why)])
  }
}

const unwritableAt = (
  pupilId: string | null,
  column: CsvColumn | undefined,
  why: Unwritable['why'],
): Unwritable => ({ pupilId, item: column?.item ?? null, column: column?.header ?? null, why })

const none: Items = new Map()

const linesOf = (row: PermittedRow, subject: Subject | null): readonly Items[] =>
  subject === null ? [none] : (row.children.get(subject) ?? [])

const valueFor = (column: CsvColumn, row: PermittedRow, child: Items): Value => {
  const from =
    column.contact === undefined ? child : (row.children.get('contact')?.[column.contact - 1] ?? none)
  return from.get(column.item) ?? row.values.get(column.item) ?? null
}

function writeValue(value: Value, { write }: CsvColumn): Result<string, Unwritable['why']> {
  if (value === null || value === '') return ok('')
  const text = String(value)
  if (write?.codes) {
    const code = write.codes[text]
    return code === undefined ? fail('no-code') : ok(code)
  }
  if (write?.date === 'dd/mm/yyyy' && isIsoDate(text)) return ok(text.split('-').reverse().join('/'))
  if (!write?.characters) return ok(text)
  const letters = new Map(Object.entries(write.transliterate?.letters ?? {}))
  const taken = Array.from(text.normalize('NFC'), (each) => letters.get(each) ?? each).join('')
  return takesText(write.characters, taken) ? ok(taken) : fail('character')
}
