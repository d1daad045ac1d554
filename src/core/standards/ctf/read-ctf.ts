import { SaxesParser } from 'saxes'
import { GatehouseError } from '../../vocabulary/index.ts'
import { decodeText, type TextEncoding } from '../encoding.ts'
import type { CtfElement, CtfHeader, CtfPupil } from './ctf-pupil.ts'
import { headerParts, pupilParts } from './ctf-structure.ts'
import { shapeElement } from './shape-element.ts'

export type CtfPart =
  | {
      readonly kind: 'header'
      readonly line: number
      readonly header: CtfHeader
      readonly unknown: readonly string[]
    }
  | {
      readonly kind: 'pupil'
      /** The line of the file on which the pupil's element opens. */
      readonly line: number
      readonly pupil: CtfPupil
      /** Elements kept but not understood, by path (`BasicDetails/Religion`). */
      readonly unknown: readonly string[]
      /** Elements that stand twice where one may: the pupil should not be taken as it is. */
      readonly repeated: readonly string[]
    }
  /** The file is whole. `unknown` names elements that stand beside header and pupils. */
  | { readonly kind: 'end'; readonly pupils: number; readonly unknown: readonly string[] }

/** Bounds: no real file comes near them, and no file gets past them. Lengths in characters. */
const bounds = {
  depth: 12,
  text: 20_000,
  pupilText: 4_000_000,
  attributes: 8,
  elements: 20_000,
  betweenEvents: 1_000_000,
}

const fault = (line: number, what: string, why?: string, todo?: string): GatehouseError =>
  new GatehouseError('bad-input', what, {
    where: `line ${line}`,
    ...(why === undefined ? {} : { why }),
    ...(todo === undefined ? {} : { todo }),
  })

/** What the parser's own message means; the message itself may repeat the file and is dropped. */
function explain(line: number, message: string): GatehouseError {
  if (message.includes('undefined entity')) {
    return fault(
      line,
      'The file uses an entity that XML does not define.',
      'Entities are never resolved: they can read other files or fill the memory.',
    )
  }
  if (/unclosed|unexpected end|document must contain a root/.test(message)) {
    return fault(
      line,
      'The file ends before its last element is closed.',
      'It is cut off.',
      'Ask for the file again.',
    )
  }
  if (message.includes('disallowed character')) {
    return fault(line, 'The file holds a character that XML does not allow.')
  }
  return fault(line, 'The file is not well-formed XML.')
}

/** The encoding that the XML declaration names, from the first bytes. UTF-8 when it names none. */
function declaredEncoding(start: Uint8Array): TextEncoding {
  const head = new TextDecoder('latin1').decode(start.subarray(0, 200))
  const named = /^(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/
    .exec(head)?.[1]
    ?.toLowerCase()
  if (named === undefined || named === 'utf-8' || named === 'utf8' || named === 'us-ascii') return 'utf-8'
  if (named === 'windows-1252' || named === 'iso-8859-1') return 'windows-1252'
  throw fault(1, 'The file declares an encoding that is not read here.', undefined, 'Save it again as UTF-8.')
}

async function* withStart(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start
  for (;;) {
    const next = await rest.next()
    if (next.done === true) return
    yield next.value
  }
}

/** Enough bytes to hold the XML declaration, or all there are. */
async function takeStart(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for (let length = 0; length < 200;) {
    const next = await source.next()
    if (next.done === true) break
    chunks.push(next.value)
    length += next.value.length
  }
  return Buffer.concat(chunks)
}

interface Open {
  readonly name: string
  text: string
  readonly children: CtfElement[]
}

/**
 * Reads a common transfer file as a stream: the header, then its pupils one at a time; memory does not grow with the file.
 * Any version is taken; what the structure does not know is kept in `other` and named in `unknown`.
 * Entities are never resolved and a DOCTYPE is refused, so no file can reach out or blow up.
 * @throws GatehouseError `bad-input` with the line: not well-formed, cut off, no CTF, a bound passed, wrong encoding. Pupils
 * yielded before it belong to a file that must not be used.
 */
export async function* readCtf(input: AsyncIterable<Uint8Array>): AsyncGenerator<CtfPart> {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const ready: CtfPart[] = []
  const stack: Open[] = []
  let opened = 0 // line of the header or pupil being read
  let elements = 0
  let held = 0 // characters of the header or pupil being read
  let lastEvent = 0
  let hasHeader = false as boolean
  let pupils = 0
  const stray = new Set<string>()
  const path = (): string => stack.map((open) => open.name).join('/')
  const event = (): void => {
    lastEvent = parser.position
  }

  parser.on('xmldecl', (declaration) => {
    if (declaration.version !== '1.0') throw fault(parser.line, 'The file is not XML 1.0.')
  })
  parser.on('doctype', (text) => {
    const line = parser.line - (text.match(/\n/g)?.length ?? 0)
    throw fault(
      line,
      'The file declares a document type (DOCTYPE).',
      'A document type can define entities that read other files or fill the memory; a common transfer file has none.',
      'Ask the sender for a plain file.',
    )
  })
  parser.on('error', (error) => {
    throw explain(parser.line, error.message)
  })
  parser.on('comment', event)
  parser.on('processinginstruction', event)
  parser.on('opentag', (tag) => {
    event()
    if (Object.keys(tag.attributes).length > bounds.attributes) {
      throw fault(parser.line, `An element has more than ${bounds.attributes} attributes.`)
    }
    if (stack.length >= bounds.depth)
      throw fault(parser.line, `Elements are nested more than ${bounds.depth} deep.`)
    stack.push({ name: tag.name, text: '', children: [] })
    const at = path()
    if (stack.length === 1 && tag.name !== 'CTfile') {
      throw fault(parser.line, 'The file is no common transfer file: its root element is not CTfile.')
    }
    if (at === 'CTfile/Header' || at === 'CTfile/CTFpupilData/Pupil') {
      if (tag.name === 'Pupil' && !hasHeader)
        throw fault(parser.line, 'The file has a pupil before its header.')
      if (tag.name === 'Header' && hasHeader) throw fault(parser.line, 'The file has two headers.')
      opened = parser.line
      elements = 0
      held = 0
    }
    if (++elements > bounds.elements && stack.length > 3) {
      throw fault(parser.line, `A pupil has more than ${bounds.elements} elements.`)
    }
  })
  const take = (text: string): void => {
    event()
    const open = stack.at(-1)
    if (!open || stack.length < 3) return
    open.text += text
    if (open.text.length > bounds.text)
      throw fault(parser.line, `A value is longer than ${bounds.text} characters.`)
    held += text.length
    if (held > bounds.pupilText)
      throw fault(parser.line, `A pupil’s values are longer than ${bounds.pupilText} characters together.`)
  }
  parser.on('text', take)
  parser.on('cdata', take)
  parser.on('closetag', () => {
    event()
    const at = path()
    const closed = stack.pop()
    if (!closed) return
    const element: CtfElement = {
      name: closed.name,
      // White space between elements is layout; text beside elements belongs to no field.
      text: closed.children.length > 0 || closed.text.trim() === '' ? '' : closed.text,
      children: closed.children,
    }
    if (at === 'CTfile/Header') {
      const { value, unknown } = shapeElement(element, headerParts)
      hasHeader = true
      ready.push({ kind: 'header', line: opened, header: checkedHeader(value, opened), unknown })
    } else if (at === 'CTfile/CTFpupilData/Pupil') {
      const { value, unknown, repeated } = shapeElement(element, pupilParts)
      pupils++
      ready.push({ kind: 'pupil', line: opened, pupil: value, unknown, repeated })
    } else if (stack.length > 2) {
      stack.at(-1)?.children.push(element)
    } else if (stack.length === 2 && stack[1]?.name === 'Header') {
      stack[1].children.push(element)
    } else if (stack.length > 0 && at !== 'CTfile/CTFpupilData' && stray.size < 20) {
      stray.add(at.slice('CTfile/'.length))
    }
  })

  const source = input[Symbol.asyncIterator]()
  try {
    const start = await takeStart(source)
    if (start.length === 0) throw fault(1, 'The file is empty.')
    for await (const text of decodeText(withStart(start, source), declaredEncoding(start))) {
      for (let at = 0; at < text.length; at += 65_536) {
        parser.write(text.slice(at, at + 65_536))
        if (parser.position - lastEvent > bounds.betweenEvents) {
          throw fault(
            parser.line,
            `More than ${bounds.betweenEvents} characters stand together without an element.`,
          )
        }
        yield* ready.splice(0)
      }
    }
    parser.close()
    if (!hasHeader) throw fault(parser.line, 'The file has no header.')
    yield* ready.splice(0)
    yield { kind: 'end', pupils, unknown: [...stray] }
  } finally {
    await source.return?.()
  }
}

function checkedHeader(value: Readonly<Record<string, unknown>>, line: number): CtfHeader {
  if (typeof value['version'] !== 'string') throw fault(line, 'The header names no version (CTFversion).')
  for (const school of ['source', 'destination'] as const) {
    const number = value[school] as { la?: string; establishment?: string } | undefined
    if (number?.la === undefined || number.establishment === undefined) {
      throw fault(line, `The header names no ${school} school (LEA and Estab).`)
    }
  }
  const header: Record<string, unknown> = { dateTime: '', qualifier: '', ...value }
  delete header['documentName']
  return header as unknown as CtfHeader
}
