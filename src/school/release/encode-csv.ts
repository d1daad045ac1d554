import { writeCsv } from '../../core/standards/csv/index.ts'
import {
  fail,
  GatehouseError,
  isIsoDate,
  ok,
  type CsvColumn,
  type Dictionary,
  type Result,
  type Subject,
  type Value,
} from '../../core/vocabulary/index.ts'
import { lineSubject } from './carried.ts'
import type { Encoded, Unwritable } from './encoded.ts'
import type { Items, PermittedRow } from './permit-rows.ts'

/**
 * Writes the recipient's CSV: its headers in its order, dates and codes as it writes them. A code without a text in the
 * recipient's table is not guessed.
 */
export function encodeCsv(
  rows: readonly PermittedRow[],
  columns: readonly CsvColumn[],
  items: Dictionary,
): Result<Encoded, Unwritable> {
  const subject = lineSubject(columns, items)
  const lines: string[][] = []
  const pupils: string[] = []
  for (const row of rows) {
    for (const child of linesOf(row, subject)) {
      const line: string[] = []
      for (const column of columns) {
        const text = writeValue(valueFor(column, row, child), column)
        if (text === null) return fail({ pupilId: row.pupilId, item: column.item, why: 'no-code' })
        line.push(text)
      }
      lines.push(line)
      pupils.push(row.pupilId)
    }
  }
  const header = columns.map((column) => column.header)
  try {
    const bytes = writeCsv([header, ...lines], { formula: 'refuse' })
    return ok({
      bytes,
      mediaType: 'text/csv; charset=utf-8',
      extension: 'csv',
      table: { header, rows: lines },
    })
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    const [, line = '1', place = '1'] = /row (\d+), column (\d+)/.exec(error.where ?? '') ?? []
    return fail({
      pupilId: pupils[Number(line) - 2] ?? null,
      item: columns[Number(place) - 1]?.item ?? null,
      why: error.message.includes('formula') ? 'formula' : 'character',
    })
  }
}

const none: Items = new Map()

const linesOf = (row: PermittedRow, subject: Subject | null): readonly Items[] =>
  subject === null ? [none] : (row.children.get(subject) ?? [])

const valueFor = (column: CsvColumn, row: PermittedRow, child: Items): Value => {
  const from =
    column.contact === undefined ? child : (row.children.get('contact')?.[column.contact - 1] ?? none)
  return from.get(column.item) ?? row.values.get(column.item) ?? null
}

function writeValue(value: Value, { write }: CsvColumn): string | null {
  if (value === null || value === '') return ''
  const text = String(value)
  if (write?.codes) return write.codes[text] ?? null
  if (write?.date === 'dd/mm/yyyy' && isIsoDate(text)) return text.split('-').reverse().join('/')
  return text
}
