import { fail, ok, type Result } from '../../vocabulary/index.ts'
import { entityCharacter } from './entities.ts'
import { addBytes, openRecord, type OpenRecord } from './open-record.ts'
import { elementTree, type ElementShape, type RecordTable } from './record-shape.ts'
import { recordRows, type RecordRows } from './record-rows.ts'
import { unfinished, unfit } from './utf8-gate.ts'

export interface MessageReading {
  readonly root: string
  readonly tables: readonly RecordTable[]
  /** Where the rows are written, a file a table. */
  readonly folder: string
  /** Written into every row, and as the parent of records that stand directly in the message. */
  readonly returnId: number
  /** Records are numbered from the next one on. */
  readonly after: number
  readonly limits?: Partial<MessageLimits>
}

export interface MessageLimits {
  readonly bytes: number
  readonly depth: number
  /** One tag, or one value. */
  readonly token: number
  readonly notes: number
}

const usual: MessageLimits = { bytes: 8 * 2 ** 30, depth: 32, token: 65_536, notes: 500 }

/** Why a file can't be read at all. Nothing of it counts. */
export interface MessageFault {
  readonly line: number
  readonly message: string
  readonly todo: string
}

/** What the message holds beside what was asked for. Its content is left out. */
export interface MessageNote {
  readonly code: 'unknown-element' | 'repeated-element' | 'text-out-of-place'
  readonly line: number
  /** Names of elements from the root; never a value. */
  readonly path: string
}

export interface MessageReport {
  readonly rows: ReadonlyMap<string, { readonly file: string; readonly rows: number }>
  readonly notes: readonly MessageNote[]
  /** Notes beyond the bound that were counted and not kept. */
  readonly moreNotes: number
  readonly last: number
  readonly bytes: number
}

class Unreadable extends Error {
  readonly fault: MessageFault
  constructor(line: number, message: string, todo: string) {
    super(message)
    this.fault = { line, message, todo }
  }
}

/**
 * Reads an XML message (UTF-8, no document type, no entities but XML's five, bounded in depth and size) as a stream of any
 * length, and writes its records as rows. Memory does not grow with the file. Names are compared as bytes and values
 * copied as bytes: a returned file is data to be checked, not text to be understood.
 */
export async function scanMessage(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  reading: MessageReading,
): Promise<Result<MessageReport, MessageFault>> {
  const scanner = messageScanner(reading)
  try {
    for await (const chunk of source) scanner.push(chunk)
    return ok(scanner.end())
  } catch (error) {
    if (error instanceof Unreadable) return fail(error.fault)
    throw error
  } finally {
    scanner.close()
  }
}

const [LT, GT, SLASH, BANG, QUESTION, AMP] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f, 0x26]
const ending = {
  comment: Buffer.from('-->'),
  cdata: Buffer.from(']]>'),
  instruction: Buffer.from('?>'),
}
const cdata = Buffer.from('<![CDATA[')
const white = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

interface Level {
  /** Null below an element that is not known: its content is passed over. */
  shape: ElementShape | null
  name: Uint8Array
  /** The child that is expected next. */
  next: number
  /** For each child the number of the element in which it was last seen. */
  seen: Float64Array
  opened: number
  /** Text was met that doesn't belong here, and was said. */
  told: boolean
}

function messageScanner(reading: MessageReading): {
  push(chunk: Uint8Array): void
  end(): MessageReport
  close(): void
} {
  const limits = { ...usual, ...reading.limits }
  const { tables } = reading
  const top = elementTree(reading.root, tables)
  const open: readonly OpenRecord[] = tables.map(({ columns }) => openRecord(columns.length))
  const parents = tables.map(({ parent }) => tables.findIndex(({ name }) => name === parent))
  const once = new Set<number>()
  const rows: readonly RecordRows[] = tables.map(({ name }) => recordRows(reading.folder, name))
  const notes: MessageNote[] = []
  const levels: Level[] = []
  let moreNotes = 0
  let depth = 0
  let n = reading.after
  let opened = 0
  let bytes = 0
  let buf: Buffer = Buffer.alloc(0)
  let pos = 0
  let fit = 0
  let line = 1
  let counted = 0
  let started = false
  let finished = false

  const lineAt = (at: number): number => {
    for (; counted < at; counted++) if (buf[counted] === 0x0a) line++
    return line
  }
  const stop = (at: number, message: string, todo: string): never => {
    throw new Unreadable(lineAt(at), message, todo)
  }
  const level = (): Level | undefined => levels[depth - 1]
  const note = (code: MessageNote['code'], at: number, name: string | null): void => {
    if (notes.length >= limits.notes) {
      moreNotes++
      return
    }
    const path = levels.slice(0, depth).map((each) => each.shape?.name ?? Buffer.from(each.name).toString())
    notes.push({ code, line: lineAt(at), path: [...path, ...(name === null ? [] : [name])].join('/') })
  }

  const childOf = (parent: Level, from: number, to: number): ElementShape | null => {
    const children = parent.shape?.children ?? []
    const length = to - from
    for (let step = 0; step < children.length; step++) {
      const at = (parent.next + step) % children.length
      const child = children[at]
      if (child?.bytes.length !== length) continue
      let same = true
      for (let i = 0; same && i < length; i++) same = child.bytes[i] === buf[from + i]
      if (!same) continue
      parent.next = child.many ? at : at + 1
      if (!child.many) {
        if (parent.seen[at] === parent.opened) {
          note('repeated-element', from, child.name)
          return null
        }
        parent.seen[at] = parent.opened
      }
      return child
    }
    note('unknown-element', from, buf.toString('utf8', from, to))
    return null
  }

  const begin = (from: number, to: number): void => {
    const parent = level()
    let shape: ElementShape | null
    if (!parent) {
      if (finished)
        stop(from, 'A second message begins after the first has ended.', 'Send one message a file.')
      if (buf.toString('utf8', from, to) !== top.name)
        stop(
          from,
          `This is not a message of this kind: it begins with another element than ${top.name}.`,
          'Choose the file of the return.',
        )
      shape = top
    } else shape = parent.shape === null ? null : childOf(parent, from, to)
    if (depth >= limits.depth)
      stop(from, 'Elements are nested deeper than any return needs.', 'Export the file again.')
    if (shape && shape.record >= 0 && tables[shape.record]?.once === true) {
      if (once.has(shape.record)) {
        note('repeated-element', from, shape.name)
        shape = null
      } else once.add(shape.record)
    }
    const next = (levels[depth] ??= {
      shape: null,
      name: new Uint8Array(),
      next: 0,
      seen: new Float64Array(0),
      opened: 0,
      told: false,
    })
    depth++
    next.shape = shape
    next.name = shape ? shape.bytes : Uint8Array.prototype.slice.call(buf, from, to)
    next.next = 0
    next.told = false
    next.opened = ++opened
    if (shape === null) return
    if (next.seen.length < shape.children.length) next.seen = new Float64Array(shape.children.length)
    if (shape.record >= 0) {
      const record = open[shape.record]
      if (record) {
        record.n = ++n
        record.line = lineAt(from)
        record.used = 0
        record.lengths.fill(-1)
        for (const [column, value] of shape.sets) {
          record.starts[column] = record.used
          record.lengths[column] = value.length
          addBytes(record, value, 0, value.length)
        }
      }
    }
    if (shape.column >= 0) {
      const record = open[shape.table]
      if (record) record.starts[shape.column] = record.used
    }
  }

  const finish = (): void => {
    const shape = level()?.shape
    depth--
    if (depth === 0) finished = true
    if (!shape) return
    if (shape.column >= 0) {
      const record = open[shape.table]
      if (record) record.lengths[shape.column] = record.used - (record.starts[shape.column] ?? 0)
    }
    if (shape.record >= 0) {
      const record = open[shape.record]
      const above = open[parents[shape.record] ?? -1]
      if (record)
        rows[shape.record]?.write(
          [reading.returnId, record.n, above ? above.n : reading.returnId, record.line],
          record.cells,
          record.starts,
          record.lengths,
        )
    }
  }

  /** Text that belongs to the open element; `plain`: no entities in it. Returns where it was read to. */
  const text = (from: number, to: number, plain: boolean, final: boolean): number => {
    const here = level()
    const shape = here?.shape
    if (shape && shape.column >= 0) {
      const record = open[shape.table]
      if (!record) return to
      let at = from
      while (at < to) {
        const entity = plain ? -1 : buf.subarray(at, to).indexOf(AMP)
        const stopAt = entity < 0 ? to : at + entity
        addBytes(record, buf, at, stopAt)
        at = stopAt
        if (at < to) {
          const semicolon = buf.subarray(at, Math.min(to, at + 12)).indexOf(0x3b)
          if (semicolon < 0 && !final && to - at < 12) break
          const character =
            semicolon < 0 ? null : entityCharacter(buf.toString('latin1', at + 1, at + semicolon))
          if (character === null)
            stop(
              at,
              'An entity stands here that may not be used.',
              'Write the character itself; only &lt; &gt; &amp; &apos; &quot; and numbers are read.',
            )
          const bytesOf = Buffer.from(character ?? '')
          addBytes(record, bytesOf, 0, bytesOf.length)
          at += semicolon + 1
        }
      }
      if (record.used - (record.starts[shape.column] ?? 0) > limits.token)
        stop(from, 'A value is longer than any return needs.', 'Look for a closing tag that is missing.')
      return at
    }
    if (here && shape === null) return to
    for (let at = from; at < to; at++) {
      if (white(buf[at] ?? 0)) continue
      if (!here)
        stop(
          at,
          started ? 'Text stands outside the message.' : 'This is not XML.',
          'Choose the file of the return.',
        )
      else if (!here.told) {
        here.told = true
        note('text-out-of-place', at, null)
      }
      break
    }
    return to
  }

  /** Where the tag that begins at `pos` ends, or -1: not in this buffer. */
  const tagEnd = (end: number): number => {
    let quote = 0
    for (let at = pos + 1; at < end; at++) {
      const byte = buf[at] ?? 0
      if (quote !== 0) {
        if (byte === quote) quote = 0
      } else if (byte === GT) return at
      else if (byte === 0x22 || byte === 0x27) quote = byte
      else if (byte === LT)
        stop(at, 'A tag is opened inside another.', 'The file may be damaged: export it again.')
    }
    return -1
  }

  /** What begins with `<!` or `<?`: passed over, or refused. False: it does not end in this buffer. */
  const special = (end: number): boolean => {
    const second = buf[pos + 1]
    if (second === QUESTION) {
      const close = buf.subarray(pos, end).indexOf(ending.instruction)
      if (close < 0) return false
      const declaration = buf.toString('latin1', pos, pos + close)
      if (declaration.startsWith('<?xml ')) {
        if (started) stop(pos, 'An XML declaration stands inside the file.', 'Send one message a file.')
        const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1]
        if (encoding !== undefined && !/^utf-?8$/i.test(encoding))
          stop(pos, 'The file says that it is not in UTF-8.', 'Export it as UTF-8.')
      }
      started = true
      pos += close + 2
      return true
    }
    if (end - pos < cdata.length) return false
    if (buf[pos + 2] === 0x2d && buf[pos + 3] === 0x2d) {
      const close = buf.subarray(pos + 4, end).indexOf(ending.comment)
      if (close < 0) return false
      pos += 4 + close + 3
      started = true
      return true
    }
    if (buf.compare(cdata, 0, cdata.length, pos, pos + cdata.length) === 0) {
      const close = buf.subarray(pos + cdata.length, end).indexOf(ending.cdata)
      if (close < 0) return false
      text(pos + cdata.length, pos + cdata.length + close, true, true)
      pos += cdata.length + close + 3
      return true
    }
    return stop(
      pos,
      'The file has a document type definition, which no return needs.',
      'Export it without one. Entities are never resolved.',
    )
  }

  const tag = (end: number): boolean => {
    const gt = tagEnd(end)
    if (gt < 0) return false
    if (buf[pos + 1] === SLASH) {
      const here = level()
      const name = here?.name ?? new Uint8Array()
      let same = here !== undefined
      for (let i = 0; same && i < name.length; i++) same = name[i] === buf[pos + 2 + i]
      for (let at = pos + 2 + name.length; same && at < gt; at++) same = white(buf[at] ?? 0)
      if (!same)
        stop(
          pos,
          'A closing tag does not fit the element that is open.',
          'The file may be damaged: export it again.',
        )
      finish()
    } else {
      let to = pos + 1
      while (to < gt && !white(buf[to] ?? 0) && buf[to] !== SLASH) to++
      if (to === pos + 1 || !/^[A-Za-z_:\u0080-\uffff]/.test(String.fromCharCode(buf[pos + 1] ?? 0)))
        stop(pos, 'A “<” stands where no tag begins.', 'Write &lt; for it.')
      const alone = buf[gt - 1] === SLASH
      started = true
      begin(pos + 1, to)
      if (alone) finish()
    }
    pos = gt + 1
    return true
  }

  const scan = (end: number, final: boolean): void => {
    while (pos < end) {
      if (buf[pos] === LT) {
        const second = buf[pos + 1]
        if (pos + 1 >= end) break
        if (!(second === BANG || second === QUESTION ? special(end) : tag(end))) break
      } else {
        const found = buf.subarray(pos, end).indexOf(LT)
        const to = found < 0 ? end : pos + found
        const read = text(pos, to, false, final || found >= 0)
        const stuck = read === pos
        pos = read
        if (stuck || read < to) break
      }
    }
    if (end - pos > limits.token)
      stop(pos, 'A tag or comment is longer than any return needs.', 'Look for a “>” that is missing.')
  }

  const keepRest = (): void => {
    lineAt(pos)
    buf = buf.subarray(pos)
    counted -= pos
    fit -= pos
    pos = 0
  }

  return {
    push(chunk) {
      bytes += chunk.length
      if (bytes > limits.bytes)
        stop(pos, 'The file is larger than any return.', 'Send the return of one school.')
      buf =
        buf.length === 0
          ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
          : Buffer.concat([buf, chunk])
      if (bytes === chunk.length) {
        if ((chunk[0] === 0xfe && chunk[1] === 0xff) || (chunk[0] === 0xff && chunk[1] === 0xfe))
          stop(0, 'The file is in UTF-16.', 'Export it as UTF-8.')
        if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) pos = fit = 3
      }
      const end = buf.length - unfinished(buf)
      const wrong = unfit(buf.subarray(fit, end))
      if (wrong) {
        const at = fit + wrong.at
        if (wrong.utf8)
          stop(
            at,
            'A character stands here that XML does not allow.',
            'Look for it in the system that made the file.',
          )
        stop(at, 'These bytes are not UTF-8.', 'Export the file as UTF-8.')
      }
      fit = end
      scan(end, false)
      keepRest()
    },
    end() {
      if (buf.length > fit)
        stop(buf.length, 'The file ends inside a character.', 'It may be cut off: export it again.')
      scan(buf.length, true)
      if (pos < buf.length || depth > 0 || !finished)
        stop(
          buf.length,
          bytes === 0 ? 'The file is empty.' : 'The file ends before the message does.',
          'It may be cut off: export it again.',
        )
      for (const each of rows) each.close()
      return {
        rows: new Map(
          tables.map(({ name }, i) => [name, { file: rows[i]?.file ?? '', rows: rows[i]?.rows ?? 0 }]),
        ),
        notes,
        moreNotes,
        last: n,
        bytes,
      }
    },
    close() {
      for (const each of rows) each.close()
    },
  }
}
