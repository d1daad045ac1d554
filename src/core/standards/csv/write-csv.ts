import { GatehouseError } from '../../vocabulary/index.ts'

/**
 * What to do with a cell that a spreadsheet would run as a formula (it begins = + - @, a tab or a line break, and is no number): `refuse` the
 * file, or `prefix` the cell with an apostrophe where the recipient's format tolerates one.
 */
export type FormulaGuard = 'refuse' | 'prefix'

export interface CsvWriting {
  readonly formula: FormulaGuard
  readonly lineEnd?: '\r\n' | '\n'
}

const formulaStart = /^[=+\-@\t\r\n]/
// A signed number or an international telephone number runs nothing: `+44 7700 900123`, `-4.5`.
const plainNumber = /^[+-]\d[\d ]*(?:\(\d+\)[\d ]*)?(?:\.\d+)?$/
const isFormula = (cell: string): boolean => formulaStart.test(cell) && !plainNumber.test(cell)
// A cell that already begins with an apostrophe before a formula gets another one, so that taking one off always undoes it.
const isGuarded = (cell: string): boolean => isFormula(cell.replace(/^'+/, ''))

const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/

function writeCell(text: string, writing: CsvWriting, place: string, alone: boolean): string {
  let cell = text.normalize('NFC')
  if (!cell.isWellFormed() || forbidden.test(cell)) {
    throw new GatehouseError('bad-input', 'A cell holds a character that no file may carry.', {
      where: place,
    })
  }
  if (writing.formula === 'prefix') {
    if (isGuarded(cell)) cell = `'${cell}`
  } else if (isFormula(cell)) {
    throw new GatehouseError('bad-input', 'A cell would run as a formula in a spreadsheet.', {
      where: place,
      why: 'It begins with =, +, -, @, a tab or a line break.',
      todo: 'Correct the value at its source, or agree with the recipient that such cells begin with an apostrophe.',
    })
  }
  // A lone empty cell would read as a blank line.
  return /[",\r\n]|^\s|\s$/.test(cell) || (alone && cell === '') ? `"${cell.replaceAll('"', '""')}"` : cell
}

/**
 * Writes RFC 4180 CSV: UTF-8 without a byte-order mark, text in NFC, CRLF unless told otherwise. The first row is the
 * header and sets the number of cells. Nothing is cut or replaced: what can't be written is refused.
 * @throws GatehouseError `bad-input` naming row and column by number, never the value.
 */
export function writeCsv(rows: readonly (readonly string[])[], writing: CsvWriting): Uint8Array {
  const width = rows[0]?.length ?? 0
  if (width === 0) throw new GatehouseError('bad-input', 'A file needs a header with at least one column.')
  const lines = rows.map((row, r) => {
    if (row.length !== width) {
      throw new GatehouseError('bad-input', 'A row has not as many cells as the header.', {
        where: `row ${r + 1}`,
      })
    }
    return row
      .map((cell, c) => writeCell(cell, writing, `row ${r + 1}, column ${c + 1}`, width === 1))
      .join(',')
  })
  const end = writing.lineEnd ?? '\r\n'
  return new TextEncoder().encode(lines.join(end) + end)
}

/** Takes off the apostrophe that `prefix` put on, and no other. */
export const withoutGuard = (cell: string, guard: FormulaGuard): string =>
  guard === 'prefix' && isGuarded(cell) && cell.startsWith("'") ? cell.slice(1) : cell
