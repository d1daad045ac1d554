import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Between cells: a control character that XML 1.0 forbids, so that no value holds it. */
export const cellEnd = 0x1f
const rowEnd = 0x0a
const size = 1 << 18

/** One table's rows, written to a file: four numbers, then the columns, cells ended by U+001F, an absent value empty. */
export interface RecordRows {
  readonly file: string
  readonly rows: number
  /** A row: `numbers`, then for each column the bytes of `cells` from its start; a length below 0 is an absent value. */
  write(numbers: readonly number[], cells: Uint8Array, starts: Int32Array, lengths: Int32Array): void
  /** Twice does nothing. */
  close(): void
}

export function recordRows(folder: string, table: string): RecordRows {
  const file = join(folder, `${table}.rows`)
  const handle = openSync(file, 'w', 0o600)
  let buffer = Buffer.allocUnsafe(size)
  let used = 0
  let rows = 0
  let closed = false
  const flush = (): void => {
    for (let at = 0; at < used;) at += writeSync(handle, buffer, at, used - at)
    used = 0
  }
  return {
    file,
    get rows() {
      return rows
    },
    write(numbers, cells, starts, lengths) {
      let needed = numbers.length * 18 + lengths.length + 1
      for (const length of lengths) if (length > 0) needed += length
      if (used + needed > buffer.length) {
        flush()
        if (needed > buffer.length) buffer = Buffer.allocUnsafe(needed)
      }
      for (const [i, number] of numbers.entries()) {
        if (i > 0) buffer[used++] = cellEnd
        used += buffer.write(String(number), used, 'latin1')
      }
      for (let column = 0; column < lengths.length; column++) {
        buffer[used++] = cellEnd
        let from = starts[column] ?? 0
        const to = from + (lengths[column] ?? 0)
        for (; from < to; from++) buffer[used++] = cells[from] ?? 0
      }
      buffer[used++] = rowEnd
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
