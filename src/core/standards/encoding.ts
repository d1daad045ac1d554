import { GatehouseError } from '../vocabulary/index.ts'

/**
 * How the text of a file may be written. `utf-8`: nothing else is taken. `windows-1252`: unless a byte-order mark says
 * otherwise. `detect`: UTF-8 or Windows-1252, settled by the first byte above 127; what came before reads the same in both.
 */
export type TextEncoding = 'utf-8' | 'windows-1252' | 'detect'

const lineFeed = 0x0a

/** Bytes at the end of `bytes` that begin a UTF-8 sequence which the next chunk must finish. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

function decodesAsUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** The first non-ASCII character with what follows it up to the next ASCII byte. */
function firstHighRun(bytes: Uint8Array): Uint8Array | undefined {
  const from = bytes.findIndex((byte) => byte > 0x7f)
  if (from < 0) return undefined
  const length = bytes.subarray(from).findIndex((byte) => byte < 0x80)
  return bytes.subarray(from, length < 0 ? undefined : from + length)
}

function refuseUtf16(): never {
  throw new GatehouseError('bad-input', 'The file is written in UTF-16; it must be UTF-8.', {
    where: 'line 1',
    todo: 'Save it again as UTF-8.',
  })
}

/**
 * Turns a stream of bytes into a stream of text, in pieces of any size, without a byte-order mark. Refuses what is not in
 * the encoding asked for, and the character NUL, with code `bad-input` and the line: never a wrong character in silence.
 */
export async function* decodeText(
  input: AsyncIterable<Uint8Array>,
  encoding: TextEncoding = 'utf-8',
): AsyncGenerator<string> {
  let settled: 'utf-8' | 'windows-1252' | undefined = encoding === 'detect' ? undefined : encoding
  let carry: Uint8Array = new Uint8Array(0)
  let line = 1
  let begun = false as boolean

  const notUtf8 = (bytes: Uint8Array): never => {
    let from = 0
    while (from <= bytes.length) {
      const end = bytes.indexOf(lineFeed, from)
      const part = bytes.subarray(from, end < 0 ? bytes.length : end)
      if (end < 0 || !decodesAsUtf8(part)) break
      from = end + 1
      line++
    }
    throw new GatehouseError('bad-input', 'The file is not UTF-8.', {
      where: `line ${line}`,
      why: 'A byte there belongs to no UTF-8 character; the file looks like Windows-1252 (an older Windows export) or is damaged.',
      todo: 'Export it again as UTF-8, or tell the import that it is Windows-1252 (“encoding” in the column map).',
    })
  }

  const decode = (bytes: Uint8Array): string => {
    if (bytes.includes(0)) {
      let at = line
      for (const byte of bytes.subarray(0, bytes.indexOf(0))) if (byte === lineFeed) at++
      throw new GatehouseError('bad-input', 'The file holds the character NUL: it is not a text file.', {
        where: `line ${at}`,
        todo: 'If it was saved as “Unicode text” (UTF-16), save it as UTF-8.',
      })
    }
    if (settled === undefined) {
      const high = firstHighRun(bytes)
      if (high) settled = decodesAsUtf8(high) ? 'utf-8' : 'windows-1252'
    }
    let text: string
    if (settled === 'windows-1252') {
      text = new TextDecoder('windows-1252').decode(bytes)
      // 81, 8D, 8F, 90 and 9D are no characters there; the decoder lets them through as controls.
      const unknown = text.search(/[\x81\x8d\x8f\x90\x9d]/)
      if (unknown >= 0) {
        throw new GatehouseError('bad-input', 'The file is neither UTF-8 nor Windows-1252.', {
          where: `line ${line + (text.slice(0, unknown).match(/\n/g)?.length ?? 0)}`,
          todo: 'Export it again as UTF-8.',
        })
      }
    } else {
      try {
        text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch {
        return notUtf8(bytes)
      }
    }
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) line++
    return text
  }

  for await (const chunk of input) {
    let bytes: Uint8Array = carry.length ? Buffer.concat([carry, chunk]) : chunk
    if (!begun) {
      if (bytes.length < 3) {
        carry = bytes
        continue
      }
      bytes = afterMark(bytes)
    }
    const keep = settled === 'windows-1252' ? 0 : unfinished(bytes)
    carry = bytes.slice(bytes.length - keep)
    if (bytes.length > keep) yield decode(bytes.subarray(0, bytes.length - keep))
  }
  if (!begun) carry = afterMark(carry)
  if (carry.length) yield decode(carry)

  function afterMark(bytes: Uint8Array): Uint8Array {
    begun = true
    const [a, b, c] = bytes
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) refuseUtf16()
    if (a === 0xef && b === 0xbb && c === 0xbf) {
      settled = 'utf-8'
      return bytes.subarray(3)
    }
    return bytes
  }
}
