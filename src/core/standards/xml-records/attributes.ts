import { nameKinds, textKinds, inText, white } from './bytes.ts'
import { readReference } from './entities.ts'
import { isXmlName } from './xml-name.ts'

/** Ends the reading: the place and what is wrong there. */
export type Stop = (at: number, message: string, todo: string) => never

const damaged = 'The file may be damaged: export it again.'

/**
 * Passes over the attributes of a tag, whose name ended at `from`: no return has any. Gives the place of the `>` or `/` that
 * ends the tag, or -1 where these bytes end before it does. They are checked all the same (XML 1.0, productions 40 to 44).
 */
export function passAttributes(bytes: Buffer, from: number, end: number, stop: Stop): number {
  const names = new Set<string>()
  for (let at = from; ;) {
    const before = at
    while (at < end && white(bytes[at])) at++
    if (at >= end) return -1
    const byte = bytes[at]
    if (byte === 0x3e || byte === 0x2f) return at
    if (at === before) stop(at, 'Two attributes stand without a space between them.', damaged)
    const begin = at
    while (at < end && nameKinds[bytes[at] ?? 0] !== 0) at++
    if (at >= end) return -1
    const name = bytes.toString('utf8', begin, at)
    if (!isXmlName(name)) stop(begin, 'An attribute of a tag has no proper name.', damaged)
    if (names.has(name)) stop(begin, 'A tag has the same attribute twice.', damaged)
    names.add(name)
    while (at < end && white(bytes[at])) at++
    if (at >= end) return -1
    if (bytes[at] !== 0x3d) stop(at, 'An attribute has no value.', damaged)
    at++
    while (at < end && white(bytes[at])) at++
    if (at >= end) return -1
    const quote = bytes[at] ?? 0
    if (quote !== 0x22 && quote !== 0x27) stop(at, 'An attribute’s value stands without quotes.', damaged)
    at = valueEnd(bytes, at + 1, end, quote, stop)
    if (at < 0) return -1
  }
}

/** The place after the closing quote, or -1. */
function valueEnd(bytes: Buffer, from: number, end: number, quote: number, stop: Stop): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return at + 1
    const kind = textKinds[byte]
    if (kind === inText.less) stop(at, 'A tag is opened inside another.', damaged)
    if (kind === inText.forbidden) stop(at, ...forbidden)
    if (kind !== inText.ampersand) continue
    const reference = readReference(bytes, at, end)
    if (reference === null) return -1
    if (reference === 'wrong') stop(at, ...wrongReference)
    else at = reference.to - 1
  }
  return -1
}

export const forbidden = [
  'A character stands here that XML does not allow.',
  'Look for it in the system that made the file.',
] as const

export const wrongReference = [
  'An entity stands here that may not be used.',
  'Write the character itself; only &lt; &gt; &amp; &apos; &quot; and numbers are read.',
] as const
