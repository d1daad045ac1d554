import { isUtf8 } from 'node:buffer'

/** Bytes at the end that begin a character and don't finish it. */
export function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}

const outside = [Buffer.from('\ufffe'), Buffer.from('\uffff')]

/** Where the first bytes are that XML in UTF-8 can't hold, or -1: not UTF-8, a control character, U+FFFE or U+FFFF. */
export function unfit(bytes: Uint8Array): { readonly at: number; readonly utf8: boolean } | null {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return { at, utf8: true }
  }
  if (!isUtf8(bytes)) {
    let [good, bad] = [0, bytes.length]
    while (bad - good > 1) {
      const middle = (good + bad) >> 1
      const part = bytes.subarray(0, middle)
      if (isUtf8(part.subarray(0, part.length - unfinished(part)))) good = middle
      else bad = middle
    }
    return { at: good, utf8: false }
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const each of outside) {
    const at = buffer.indexOf(each)
    if (at >= 0) return { at, utf8: true }
  }
  return null
}
