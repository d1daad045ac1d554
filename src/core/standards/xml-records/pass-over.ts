import { forbidden, type Stop } from './attributes.ts'
import { forbiddenAt } from './bytes.ts'
import { declarationFault } from './declaration.ts'
import { isXmlName } from './xml-name.ts'

const properName = [
  'A processing instruction has no proper name.',
  'The file may be damaged: export it again.',
] as const

/** The place after the comment that begins at `from`, or -1 where it doesn't end in these bytes. */
export function passComment(bytes: Buffer, from: number, end: number, stop: Stop): number {
  const hyphens = bytes.subarray(Math.min(end, from + 4), end).indexOf('--')
  const to = from + 4 + hyphens + 3
  if (hyphens < 0 || to > end) return -1
  if (bytes[to - 1] !== 0x3e)
    stop(to - 3, 'Two hyphens stand within a comment.', 'Take them out of the comment.')
  return allowed(bytes, from, to, stop)
}

/** The same for a processing instruction, or the XML declaration, which may stand `first` alone. */
export function passInstruction(
  bytes: Buffer,
  from: number,
  end: number,
  first: boolean,
  stop: Stop,
): number {
  const close = bytes.subarray(from + 2, end).indexOf('?>')
  if (close < 0) return -1
  const to = from + 2 + close + 2
  const target = /^[^ \t\r\n?]*/.exec(bytes.toString('utf8', from + 2, to))?.[0] ?? ''
  const after = from + 2 + Buffer.byteLength(target)
  if (!isXmlName(target) || (bytes[after] === 0x3f && after + 2 < to)) stop(from, ...properName)
  if (target.toLowerCase() === 'xml') {
    if (!first) stop(from, 'An XML declaration stands inside the file.', 'Send one message a file.')
    const fault = declarationFault(bytes.toString('latin1', from, to))
    if (fault) stop(from, fault.message, fault.todo)
  }
  return allowed(bytes, from, to, stop)
}

/** `to`, unless a character stands before it that XML doesn’t allow. */
export function allowed(bytes: Buffer, from: number, to: number, stop: Stop): number {
  const at = forbiddenAt(bytes, from, to)
  return at < 0 ? to : stop(at, ...forbidden)
}
