import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { cellEnd } from '../../standards/xml-records/index.ts'

/** One table’s rows in a file, in the form in which `loadRows` takes them. */
export interface RecordFile {
  readonly file: string
  readonly rows: number
  write(numbers: readonly number[], cells: readonly string[]): void
  /** Twice does nothing. */
  close(): void
  /** Closes the file as it is, for rows that count no more: a disk that is full would refuse the last of them again. */
  drop(): void
}

const portion = 1 << 18
const between = String.fromCharCode(cellEnd)

export function recordFile(folder: string, table: string): RecordFile {
  const file = join(folder, `${table}.rows`)
  const handle = openSync(file, 'w', 0o600)
  let held = ''
  let rows = 0
  let closed = false
  const flush = (): void => {
    const bytes = Buffer.from(held)
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
    held = ''
  }
  return {
    file,
    get rows() {
      return rows
    },
    write(numbers, cells) {
      // A row is a line of its file, and no cell may hold what divides cells.
      held += `${[...numbers.map(String), ...cells.map((cell) => cell.replace(/[\u0000-\u001f]/g, ' '))].join(between)}\n`
      rows++
      if (held.length > portion) flush()
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
