import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/** A CSV file being written: RFC 4180 quoting, CRLF, UTF-8 without a mark, as the MIS's report export writes it. */
export interface CsvOut {
  readonly row: (cells: readonly string[]) => void
  /** Waits until what was written has left for the disk when too much of it is still in memory. */
  settle(): Promise<void>
  end(): Promise<void>
}

export const quote = (cell: string): string =>
  /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

export const line = (cells: readonly string[]): string => cells.map(quote).join(',') + '\r\n'

const chunk = 65_536

export function csvOut(file: string, header: readonly string[]): CsvOut {
  const stream = createWriteStream(file, { highWaterMark: 1 << 20 })
  let waiting = line(header)
  let full = false
  const flush = () => {
    full = !stream.write(waiting) || full
    waiting = ''
  }
  return {
    row: (cells) => {
      waiting += line(cells)
      if (waiting.length > chunk) flush()
    },
    async settle() {
      if (!full) return
      full = false
      if (stream.writableNeedDrain) await once(stream, 'drain')
    },
    async end() {
      if (waiting) flush()
      stream.end()
      await once(stream, 'close')
    },
  }
}
