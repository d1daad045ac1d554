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

/** The first bytes that are not UTF-8, or are U+FFFE or U+FFFF, which XML can't hold. Null: there are none. */
export function unfit(bytes: Buffer): { readonly at: number; readonly utf8: boolean } | null {
  let to = bytes.length
  if (!isUtf8(bytes)) {
    let good = 0
    while (to - good > 1) {
      const middle = (good + to) >> 1
      const part = bytes.subarray(0, middle)
      if (isUtf8(part.subarray(0, part.length - unfinished(part)))) good = middle
      else to = middle
    }
    to = good - unfinished(bytes.subarray(0, good))
  }
  const found = outside.map((each) => bytes.subarray(0, to).indexOf(each)).filter((at) => at >= 0)
  if (found.length > 0) return { at: Math.min(...found), utf8: true }
  return to < bytes.length ? { at: to, utf8: false } : null
}
