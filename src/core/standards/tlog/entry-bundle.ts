import { malformed } from './text.ts'

/** C2SP tlog-tiles: an entry's length is written in two bytes. */
export const maxEntryBytes = 65_535

/** Entries end to end, each after its length in two bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > maxEntryBytes) throw malformed('An entry is longer than 65,535 bytes.')
      return [Buffer.of(entry.length >> 8, entry.length & 0xff), entry]
    }),
  )
}

/** @throws GatehouseError `bad-input` unless the bytes are exactly `width` entries. */
export function decodeBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  for (let i = 0; i < width; i++) {
    const [high, low] = bytes.subarray(at, at + 2)
    if (high === undefined || low === undefined)
      throw malformed('The bundle ends early.', `entry ${i} of the bundle`)
    const end = at + 2 + high * 256 + low
    if (end > bytes.length) throw malformed('The bundle ends early.', `entry ${i} of the bundle`)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (at !== bytes.length) throw malformed('The bundle has bytes after its last entry.')
  return entries
}
