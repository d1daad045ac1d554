/** A record whose element is open: its values so far, one after the other in `cells`. */
export interface OpenRecord {
  n: number
  line: number
  readonly starts: Int32Array
  /** -1: absent. */
  readonly lengths: Int32Array
  cells: Uint8Array
  used: number
}

export const openRecord = (columns: number): OpenRecord => ({
  n: 0,
  line: 0,
  starts: new Int32Array(columns),
  lengths: new Int32Array(columns),
  cells: new Uint8Array(4096),
  used: 0,
})

/**
 * Adds bytes to the value that is being read. White space of every kind becomes a space, and the end of a line one (XML 1.0,
 * 2.11): a row is a line of its file.
 */
export function addBytes(record: OpenRecord, bytes: Uint8Array, from: number, to: number): void {
  let used = record.used
  if (used + to - from > record.cells.length) {
    const wider = new Uint8Array(Math.max(record.cells.length * 2, used + to - from))
    wider.set(record.cells)
    record.cells = wider
  }
  const { cells } = record
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x20) cells[used++] = byte
    else if (byte !== 0x0a || at === from || bytes[at - 1] !== 0x0d) cells[used++] = 0x20
  }
  record.used = used
}
