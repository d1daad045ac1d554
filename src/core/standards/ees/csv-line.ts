import { GatehouseError } from '../../vocabulary/index.ts'

const formula = /^(?:[=@\t]|[+-](?![\d.]))/

/**
 * One line of a published file, with its line end. Quotes only where a cell needs them.
 * @throws GatehouseError `bad-input` for a cell that a spreadsheet would take for a formula.
 */
export function csvLine(cells: readonly string[]): string {
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] ?? ''
    if (i > 0) line += ','
    if (cell === '') continue
    const first = cell.charCodeAt(0)
    if ((first < 48 || first === 61 || first === 64) && cell.length > 1 && formula.test(cell))
      throw new GatehouseError('bad-input', 'A cell of a published file begins like a formula.', {
        where: `column ${String(i + 1)}`,
      })
    line += /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  }
  return `${line}\r\n`
}
