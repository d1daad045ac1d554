import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenRecord } from './open-record.ts'

/** Between cells: a control character that XML 1.0 forbids, so that no value holds it. */
export const cellEnd = 0x1f
const rowEnd = 0x0a
const size = 1 << 16

export interface RowsFile {
  readonly file: string
  readonly rows: number
}

/** One table's rows, written to a file: four numbers, then the columns, cells ended by U+001F, an absent value empty. */
export interface RecordRows {
  readonly files: readonly RowsFile[]
  /** A row: the return, the record's number, its parent's and its line, then its values. @returns its bytes */
  write(record: OpenRecord, parent: number): number
  /** Ends the file, where it holds a row; what follows is written to another. */
  cut(): void
  /** Twice does nothing. */
  close(): void
  /** Closes the file as it is, for rows that count no more: a disk that is full would refuse the last of them again. */
  drop(): void
}

export function recordRows(folder: string, table: string, returnId: number): RecordRows {
  const files: { file: string; rows: number }[] = []
  const begin = (): number => {
    const number = files.length === 0 ? '' : `.${String(files.length + 1)}`
    const file = join(folder, `${table}${number}.rows`)
    const opened = openSync(file, 'w', 0o600)
    files.push({ file, rows: 0 })
    return opened
  }
  let handle = begin()
  const id = Buffer.from(String(returnId))
  let buffer = Buffer.alloc(0)
  let used = 0
  let closed = false
  const flush = (): void => {
    for (let at = 0; at < used;) at += writeSync(handle, buffer, at, used - at)
    used = 0
  }
  const number = (value: number): void => {
    buffer[used++] = cellEnd
    let digits = 1
    for (let bound = 10; bound <= value; bound *= 10) digits++
    let rest = value
    for (let at = used + digits - 1; at >= used; at--) {
      const higher = Math.floor(rest / 10)
      buffer[at] = 0x30 + (rest - higher * 10)
      rest = higher
    }
    used += digits
  }
  return {
    files,
    write({ n, line, cells, starts, lengths, used: filled }, parent) {
      const needed = 80 + lengths.length + filled
      if (used + needed > buffer.length) {
        flush()
        if (needed > buffer.length) buffer = Buffer.allocUnsafe(Math.max(size, needed))
      }
      buffer.set(id, used)
      used += id.length
      number(n)
      number(parent)
      number(line)
      let at = used
      for (let column = 0; column < lengths.length; column++) {
        buffer[at++] = cellEnd
        const length = lengths[column] ?? 0
        if (length <= 0) continue
        let from = starts[column] ?? 0
        for (const to = from + length; from < to; from++) buffer[at++] = cells[from] ?? 0
      }
      buffer[at++] = rowEnd
      const bytes = at - used + id.length
      used = at
      const last = files.at(-1)
      if (last) last.rows++
      return bytes
    },
    cut() {
      if (closed || files.at(-1)?.rows === 0) return
      flush()
      const before = handle
      handle = begin()
      closeSync(before)
    },
    close() {
      if (closed) return
      flush()
      closed = true
      closeSync(handle)
    },
    drop() {
      if (closed) return
      closed = true
      closeSync(handle)
    },
  }
}
