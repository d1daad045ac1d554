import { forbidden, passAttributes, wrongReference, type Stop } from './attributes.ts'
import { countLines, inText, nameKinds, textKinds, white } from './bytes.ts'
import { readReference } from './entities.ts'
import type { MessageLimits } from './message.ts'
import { nameStack } from './name-stack.ts'
import { allowed, passComment, passInstruction } from './pass-over.ts'
import { Unreadable } from './unreadable.ts'
import { isXmlName } from './xml-name.ts'

/** What a message is made of, in its order. Places are of the bytes that are handed over, and hold during the call alone. */
export interface MessageEvents {
  open(bytes: Buffer, from: number, to: number, line: number): void
  /** Of the open element; a run of text may come in parts. `blank`: white space alone. */
  text(bytes: Buffer, from: number, to: number, line: number, blank: boolean): void
  close(): void
}

export interface MessageLexer {
  readonly line: number
  /** The root element has been closed. */
  readonly ended: boolean
  /**
   * Reads what is whole between `from` and `to` and gives the place up to which that was. The rest is handed over again with
   * what follows it; `last`: nothing follows.
   */
  read(bytes: Buffer, from: number, to: number, last: boolean): number
}

const [LT, GT, SLASH, BANG, QUESTION, BRACKET] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f, 0x5d]
const comment = Buffer.from('<!--')
const cdata = Buffer.from('<![CDATA[')
const damaged = 'The file may be damaged: export it again.'

/** Whether these bytes begin with the mark, as far as they go. */
const begins = (mark: Buffer, bytes: Buffer, at: number, end: number): boolean => {
  const to = Math.min(end, at + mark.length)
  return bytes.compare(mark, 0, to - at, at, to) === 0
}

/** Holds a message to what XML 1.0 asks for, but for document types, which are refused. Every byte is looked at once. */
export function messageLexer(events: MessageEvents, limits: MessageLimits): MessageLexer {
  const names = nameStack(limits.depth)
  let line = 1
  /** Whether anything stood before, and whether more than white space did. */
  let began = false
  let marked = false
  let ended = false

  const stopper =
    (bytes: Buffer, from: number): Stop =>
    (at, message, todo) => {
      throw new Unreadable(line + countLines(bytes, from, at), message, todo)
    }
  const outside = (bytes: Buffer, at: number): never =>
    stopper(bytes, at)(
      at,
      marked ? 'Text stands outside the message.' : 'This is not XML.',
      'Choose the file of the return.',
    )

  const text = (bytes: Buffer, from: number, end: number, last: boolean): number => {
    let at = from
    for (; at < end; at++) {
      const byte = bytes[at]
      if (byte === 0x0a) line++
      else if (byte === 0x0d) {
        if (at + 1 === end && !last) break
        if (at + 1 === end || bytes[at + 1] !== 0x0a) line++
      } else if (byte !== 0x20 && byte !== 0x09) break
    }
    if (at < end && bytes[at] !== LT && bytes[at] !== 0x0d) return words(bytes, from, at, end, last)
    if (names.depth > 0) events.text(bytes, from, at, line, true)
    return at
  }

  /** Text that begins with white space at `from` and with something else at `start`. */
  const words = (bytes: Buffer, from: number, start: number, end: number, last: boolean): number => {
    const first = line
    let at = start
    let kept = from
    for (; at < end; at++) {
      const kind = textKinds[bytes[at] ?? 0]
      if (kind === 0 && at !== start) continue
      if (kind === inText.less) break
      if (kind === inText.forbidden) stopper(bytes, at)(at, ...forbidden)
      if (names.depth === 0) outside(bytes, at)
      if (kind === inText.newline) line++
      else if (kind === inText.carriageReturn) {
        if (at + 1 === end && !last) break
        if (at + 1 === end || bytes[at + 1] !== 0x0a) line++
      } else if (kind === inText.bracket) {
        const whole = at + 2 < end || (at + 1 < end && bytes[at + 1] !== BRACKET)
        if (!whole && !last) break
        if (at + 2 < end && bytes[at + 1] === BRACKET && bytes[at + 2] === GT)
          stopper(bytes, at)(at, 'The end of a CDATA section stands in the text.', 'Write ]]&gt; for it.')
      } else if (kind === inText.ampersand) {
        const reference = readReference(bytes, at, end)
        if (reference === 'wrong') return stopper(bytes, at)(at, ...wrongReference)
        if (at > kept) events.text(bytes, kept, at, first, false)
        if (reference === null) return at
        const character = Buffer.from(reference.character)
        events.text(character, 0, character.length, first, false)
        kept = reference.to
        at = kept - 1
      }
    }
    if (at > kept) events.text(bytes, kept, at, first, false)
    return at
  }

  const enter = (bytes: Buffer, start: number, end: number): number => {
    let at = start + 1
    let kinds = 0
    for (; at < end; at++) {
      const kind = nameKinds[bytes[at] ?? 0] ?? 0
      if (kind === 0) break
      kinds |= kind
    }
    if (at === end) return -1
    const to = at
    const plain = kinds === 1 && (bytes[start + 1] ?? 0) > 0x39
    if (!plain && !isXmlName(bytes.toString('utf8', start + 1, to)))
      stopper(bytes, start)(start, 'A “<” stands where no tag begins.', 'Write &lt; for it.')
    let closed = false
    if (bytes[at] !== GT) {
      const stop = stopper(bytes, start)
      if (bytes[at] !== SLASH) {
        if (!white(bytes[at])) stop(at, 'A tag is not written as it must be.', damaged)
        at = passAttributes(bytes, at, end, stop)
        if (at < 0) return -1
      }
      closed = bytes[at] === SLASH
      if (closed && ++at === end) return -1
      if (bytes[at] !== GT) stop(at, 'A tag is not written as it must be.', damaged)
    }
    if (ended)
      stopper(bytes, start)(
        start,
        'A second message begins after the first has ended.',
        'Send one message a file.',
      )
    if (names.depth === limits.depth)
      stopper(bytes, start)(
        start,
        'Elements are nested deeper than any return needs.',
        'Export the file again.',
      )
    events.open(bytes, start + 1, to, line)
    names.push(bytes, start + 1, to)
    if (at > to) line += countLines(bytes, to, at)
    if (closed) leave()
    return at + 1
  }

  const finish = (bytes: Buffer, start: number, end: number): number => {
    const to = names.depth === 0 ? -2 : names.match(bytes, start + 2, end)
    if (to === -1) return -1
    let at = to
    while (at >= 0 && at < end && bytes[at] !== GT) at = white(bytes[at]) ? at + 1 : -2
    if (at === -2)
      stopper(bytes, start)(start, 'A closing tag does not fit the element that is open.', damaged)
    if (at === end) return -1
    if (at > to) line += countLines(bytes, to, at)
    leave()
    return at + 1
  }

  const leave = (): void => {
    names.pop()
    ended = names.depth === 0
    events.close()
  }

  /** What begins with `<!`: a comment, a CDATA section, or what is refused. */
  const special = (bytes: Buffer, start: number, end: number): number => {
    const stop = stopper(bytes, start)
    if (begins(comment, bytes, start, end)) {
      const to = passComment(bytes, start, end, stop)
      if (to >= 0) line += countLines(bytes, start, to)
      return to
    }
    if (!begins(cdata, bytes, start, end))
      return stop(
        start,
        'The file has a document type definition, which no return needs.',
        'Export it without one. Entities are never resolved.',
      )
    const from = start + cdata.length
    if (end < from) return -1
    if (names.depth === 0) outside(bytes, start)
    const close = bytes.subarray(from, end).indexOf(']]>')
    if (close < 0) return -1
    const to = allowed(bytes, from, from + close, stop)
    if (to > from) events.text(bytes, from, to, line, false)
    line += countLines(bytes, from, to)
    return to + 3
  }

  const markup = (bytes: Buffer, at: number, end: number): number => {
    if (at + 1 === end) return -1
    const second = bytes[at + 1]
    if (second === SLASH) return finish(bytes, at, end)
    if (second === BANG) return special(bytes, at, end)
    if (second !== QUESTION) return enter(bytes, at, end)
    const to = passInstruction(bytes, at, end, !began, stopper(bytes, at))
    if (to >= 0) line += countLines(bytes, at, to)
    return to
  }

  return {
    get line() {
      return line
    },
    get ended() {
      return ended
    },
    read(bytes, start, end, last) {
      let at = start
      while (at < end) {
        if (bytes[at] !== LT) {
          at = text(bytes, at, end, last)
          began ||= at > start
          if (at < end && bytes[at] !== LT) return at
          continue
        }
        const before = line
        const to = markup(bytes, at, end)
        if ((to < 0 ? end : to) - at > limits.token) {
          line = before
          stopper(bytes, at)(
            at,
            'A tag or comment is longer than any return needs.',
            'Look for a “>” that is missing.',
          )
        }
        if (to < 0) return at
        began = marked = true
        at = to
      }
      return at
    },
  }
}
