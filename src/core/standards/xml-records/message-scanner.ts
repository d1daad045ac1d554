import { buildRecords } from './build-records.ts'
import { countLines } from './bytes.ts'
import { messageLexer } from './lex-message.ts'
import { usualLimits, type MessageReading, type MessageReport, type PortionRows } from './message.ts'
import { Unreadable } from './unreadable.ts'
import { unfinished, unfit } from './utf8-gate.ts'

/** A chunk is read in portions of no more than this. */
const portion = 1 << 17

/** Takes a message in chunks of any size: what comes of it does not depend on where they end. Throws `Unreadable`. */
export interface MessageScanner {
  push(chunk: Uint8Array): void
  /** Portions of rows that are whole and were not asked for yet. */
  portions(): readonly PortionRows[]
  end(): MessageReport
  close(): void
}

export function messageScanner(reading: MessageReading): MessageScanner {
  const limits = { ...usualLimits, ...reading.limits }
  const records = buildRecords(reading, limits)
  const lexer = messageLexer(records, limits)
  let bytes = 0
  let held = Buffer.allocUnsafe(portion + 4096)
  /** Of `held`: what is still to be read, up to `filled`; up to `fit` it is known to be text. */
  let filled = 0
  let fit = 0
  let begun = false

  /** The byte order mark, and encodings that have none in common with UTF-8. */
  const start = (): number => {
    begun = true
    const [first, second, third] = held.subarray(0, filled)
    const sixteen =
      (first === 0xfe && second === 0xff) ||
      (first === 0xff && second === 0xfe) ||
      (filled > 1 && (first === 0) !== (second === 0))
    if (sixteen) throw new Unreadable(1, 'The file is in UTF-16.', 'Export it as UTF-8.')
    return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0
  }

  const read = (last: boolean): void => {
    let at = 0
    if (!begun) {
      if (filled < 3 && !last) return
      at = fit = start()
    }
    const end = last ? filled : filled - unfinished(held.subarray(fit, filled))
    const wrong = unfit(held.subarray(fit, end))
    const sound = wrong ? fit + wrong.at : end
    at = lexer.read(held, at, sound, last && !wrong)
    if (wrong) {
      const line = lexer.line + countLines(held, at, sound)
      if (wrong.utf8)
        throw new Unreadable(
          line,
          'A character stands here that XML does not allow.',
          'Look for it in the system that made the file.',
        )
      if (last && sound >= filled - unfinished(held.subarray(fit, filled)))
        throw new Unreadable(line, 'The file ends inside a character.', 'It may be cut off: export it again.')
      throw new Unreadable(line, 'These bytes are not UTF-8.', 'Export the file as UTF-8.')
    }
    held.copyWithin(0, at, filled)
    filled -= at
    fit = end - at
  }

  return {
    push(chunk) {
      bytes += chunk.length
      if (bytes > limits.bytes)
        throw new Unreadable(
          lexer.line,
          'The file is larger than any return.',
          'Send the return of one school.',
        )
      for (let from = 0; from < chunk.length; from += portion) {
        const part = chunk.subarray(from, from + portion)
        if (filled + part.length > held.length) {
          const wider = Buffer.allocUnsafe(Math.max(held.length * 2, filled + part.length))
          held.copy(wider, 0, 0, filled)
          held = wider
        }
        held.set(part, filled)
        filled += part.length
        read(false)
      }
    },
    portions: () => records.portions(),
    end() {
      read(true)
      if (filled > 0 || !lexer.ended)
        throw new Unreadable(
          lexer.line,
          bytes === 0 ? 'The file is empty.' : 'The file ends before the message does.',
          'It may be cut off: export it again.',
        )
      return records.report(bytes)
    },
    close() {
      records.end()
    },
  }
}
