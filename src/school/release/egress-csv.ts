import { parseWritten } from '../../core/standards/csv/index.ts'
import { GatehouseError, type CsvColumn, type Value } from '../../core/vocabulary/index.ts'
import { expectedPupils, type EgressDecision, type EgressFault, type ExpectedPupil } from './expected.ts'
import type { Items } from './permit-rows.ts'

export function checkCsv(
  bytes: Uint8Array,
  columns: readonly CsvColumn[],
  decision: EgressDecision,
): readonly EgressFault[] {
  let file
  try {
    file = parseWritten(bytes, 'refuse')
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    return [{ code: 'unreadable', place: 'the file' }]
  }
  const headers = columns.map(({ header }) => header)
  if (file.header.length !== headers.length || headers.some((header, i) => header !== file.header[i])) {
    return [{ code: 'other-columns', place: 'the first line' }]
  }
  const { pupils, faults: before } = expectedPupils(decision)
  const faults: EgressFault[] = [...before]
  const lines = pupils.flatMap((pupil) => linesOf(pupil, columns, decision))
  if (file.rows.length > lines.length) faults.push({ code: 'extra-pupil', place: `line ${lines.length + 2}` })
  if (file.rows.length < lines.length)
    faults.push({ code: 'missing-pupil', place: `line ${file.rows.length + 2}` })
  lines.forEach((line, i) => {
    columns.forEach((column, c) => {
      const cell = file.rows[i]?.[c]
      const value = line(column)
      if (cell === undefined) return
      if (hasUnaccepted(cell, column)) {
        faults.push({ code: 'unaccepted-character', place: `line ${i + 2}, column ${c + 1}` })
      }
      if (saysSo(cell, value, column)) return
      const code = value === null ? 'not-permitted' : cell === '' ? 'missing-value' : 'other-value'
      faults.push({ code, place: `line ${i + 2}, column ${c + 1}` })
    })
  })
  return faults
}

type Line = (column: CsvColumn) => Value

/** The lines that a pupil must have: one, or one for each row of the subject that some column takes without a number. */
function linesOf(
  pupil: ExpectedPupil,
  columns: readonly CsvColumn[],
  { items }: EgressDecision,
): readonly Line[] {
  const subject = columns
    .filter(({ contact }) => contact === undefined)
    .map(({ item }) => items.get(item)?.subject)
    .find((each) => each !== undefined && each !== 'pupil' && each !== 'school')
  const line =
    (child: Items): Line =>
    ({ item, contact }) => {
      const [prefix] = item.split('.')
      if (prefix === 'pupil' || prefix === 'school') return pupil.values.get(item) ?? null
      if (contact !== undefined) return pupil.children.get('contact')?.[contact - 1]?.get(item) ?? null
      return child.get(item) ?? null
    }
  return subject === undefined ? [line(new Map())] : (pupil.children.get(subject) ?? []).map(line)
}

/** A character that this recipient does not take; codes and dates are written in its own words. */
function hasUnaccepted(cell: string, { write }: CsvColumn): boolean {
  if (!write?.characters || write.codes || write.date) return false
  const escaped = write.characters.map((entry) => {
    const [from = '', to = ''] = Array.from(entry)
      .filter((_, i) => i !== 1)
      .map(codeEscape)
    return to === '' ? from : `${from}-${to}`
  })
  return !new RegExp(`^[${escaped.join('')}]*$`, 'u').test(cell)
}

const codeEscape = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** Reads a cell back: does it say this value, whole, in the way this recipient writes it? */
function saysSo(cell: string, value: Value, { write }: CsvColumn): boolean {
  if (value === null) return cell === ''
  const letters = new Map(Object.entries(write?.transliterate?.letters ?? {}))
  const text = String(value)
    .normalize('NFC')
    .replaceAll(/./gsu, (each) => letters.get(each) ?? each)
  if (write?.codes) {
    return Object.entries(write.codes).some(([code, word]) => code === text && word.normalize('NFC') === cell)
  }
  const [, day, month, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(cell) ?? []
  if (write?.date === 'dd/mm/yyyy' && year !== undefined)
    return `${year}-${month ?? ''}-${day ?? ''}` === text
  return cell === text && !(write?.date === 'dd/mm/yyyy' && /^\d{4}-\d\d-\d\d$/.test(cell))
}
