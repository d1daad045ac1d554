import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenRecord } from './open-record.ts'

/** Between cells: a control character that XML 1.0 forbids, so that no value holds it. */
export const cellEnd = 0x1f
const rowEnd = 0x0a
const size = 1 << 16

/** One table's rows, written to a file: four numbers, then the columns, cells ended by U+001F, an absent value empty. */
export interface RecordRows {
  readonly file: string
  readonly rows: number
  /** A row: the return, the record's number, its parent's and its line, then its values. */
  write(record: OpenRecord, parent: number): void
  /** Twice does nothing. */
  close(): void
}

export function recordRows(folder: string, table: string, returnId: number): RecordRows {
  const file = join(folder, `${table}.rows`)
  const handle = openSync(file, 'w', 0o600)
  const id = Buffer.from(String(returnId))
  let buffer = Buffer.alloc(0)
  let used = 0
  let rows = 0
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
    file,
    get rows() {
      return rows
    },
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
      used = at
      rows++
    },
    close() {
      if (closed) return
      closed = true
      flush()
      closeSync(handle)
    },
  }
}
