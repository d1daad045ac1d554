import { GatehouseError } from '../vocabulary/index.ts'
import type { ReturnTable, TermDefinition } from './definition.ts'

/** A record of a message: its items as they are to be written, and the records below it by table. */
export interface MessageRow {
  readonly items: Readonly<Record<string, string | null | undefined>>
  readonly below?: Readonly<Record<string, readonly MessageRow[]>>
}

/** The records that stand directly in the message, by table. */
export type MessageRows = Readonly<Record<string, Iterable<MessageRow>>>

/** What an XML 1.0 file can hold (production 2), less the longest value that a reader of returns takes. */
export const longestValue = 65_536
const unfit =
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Whether a message can hold the value. */
export const isWritable = (value: string): boolean =>
  !unfit.test(value) && (value.length * 3 <= longestValue || Buffer.byteLength(value) <= longestValue)

/**
 * Writes a message as a stream of any length: `scanMessage` reads the same records from it. Elements stand in the order in
 * which the definition names them, and only where they hold something; an item without a value has none. Line breaks and
 * tabs become spaces, as a reader takes them for. Records of a table with several places come in the order of the places.
 * @throws GatehouseError `bad-input`, with the table and item and never the value, for what no message can hold.
 */
export function* writeMessage(
  definition: Pick<TermDefinition, 'message' | 'tables'>,
  rows: MessageRows,
): Generator<Uint8Array> {
  let text = '<?xml version="1.0" encoding="UTF-8"?>\n'
  for (const piece of pieces(definition, rows)) {
    text += piece
    if (text.length < chunk) continue
    yield encoder.encode(text)
    text = ''
  }
  yield encoder.encode(text)
}

const chunk = 1 << 16
const encoder = new TextEncoder()

/** An element as the definition names it. */
interface Element {
  readonly name: string
  readonly children: Element[]
  record: { readonly table: ReturnTable; readonly sets: Readonly<Record<string, string>> } | null
  /** The item of the record above whose text it holds. */
  item: string | null
}

const elementOf = (name: string): Element => ({ name, children: [], record: null, item: null })

function below(from: Element, path: readonly string[]): Element {
  return path.reduce((at, name) => {
    const known = at.children.find((child) => child.name === name)
    if (known) return known
    const made = elementOf(name)
    at.children.push(made)
    return made
  }, from)
}

/** The elements of a message: each table below its parent's, in every place. */
function treeOf({ message, tables }: Pick<TermDefinition, 'message' | 'tables'>): Element {
  const root = elementOf(message.root)
  const places = new Map<string, Element[]>()
  for (const table of tables.values()) {
    if (table.given) continue
    const found: Element[] = []
    for (const parent of table.parent === null ? [root] : (places.get(table.parent) ?? [])) {
      for (const { path, sets } of table.places) {
        const at = below(parent, path)
        at.record = { table, sets }
        for (const item of table.items.values()) {
          if (item.path.length > 0) below(at, item.path[0] === '.' ? [] : item.path).item = item.name
        }
        found.push(at)
      }
    }
    places.set(table.name, found)
  }
  return root
}

/** Records of one table, of which each is looked at before it is taken. */
interface Feed {
  readonly rows: Iterator<MessageRow>
  next: MessageRow | null
}
type Feeds = ReadonlyMap<string, Feed>

function feedsOf(rows: MessageRows, parent: string | null, tables: ReadonlyMap<string, ReturnTable>): Feeds {
  const feeds = new Map<string, Feed>()
  for (const name in rows) {
    const records = rows[name] ?? []
    const table = tables.get(name)
    if (!table || table.given || table.parent !== parent)
      throw refusal(`The table does not stand ${parent === null ? 'in a message' : `below ${parent}`}.`, name)
    const iterator = records[Symbol.iterator]()
    feeds.set(name, { rows: iterator, next: taken(iterator) })
  }
  return feeds
}

const taken = (rows: Iterator<MessageRow>): MessageRow | null => {
  const result = rows.next()
  return result.done === true ? null : result.value
}

function* pieces(
  definition: Pick<TermDefinition, 'message' | 'tables'>,
  rows: MessageRows,
): Generator<string> {
  const { tables } = definition
  const root = treeOf(definition)
  const feeds = feedsOf(rows, null, tables)
  yield `<${root.name}>\n`
  for (const child of root.children) yield* written(child, feeds, tables)
  exhausted(feeds)
  yield `</${root.name}>\n`
}

/** An element outside the records, with all that it holds; nothing when it holds nothing. */
function* written(
  element: Element,
  feeds: Feeds,
  tables: ReadonlyMap<string, ReturnTable>,
): Generator<string> {
  const { name, record } = element
  if (record) {
    yield* records(recordOf(element, record, tables), feeds)
    return
  }
  let begun = false
  for (const child of element.children) {
    for (const piece of written(child, feeds, tables)) {
      if (!begun) yield `<${name}>`
      begun = true
      yield piece
    }
  }
  if (begun) yield `</${name}>`
}

/** The text of an element of a record, made ready once: a message has millions of them. */
type Text = (row: MessageRow, below: Feeds) => string

interface RecordText {
  readonly table: ReturnTable
  readonly inPlace: (row: MessageRow) => boolean
  readonly of: (row: MessageRow) => string
}

function recordOf(
  { name, item, children }: Element,
  { table, sets }: NonNullable<Element['record']>,
  tables: ReadonlyMap<string, ReturnTable>,
): RecordText {
  const conditions = Object.entries(sets)
  const parts = children.map((child) => textOf(child, tables))
  const [begin, end] = [`<${name}>`, `</${name}>\n`]
  return {
    table,
    inPlace: ({ items }) => conditions.every(([set, value]) => (items[set] ?? value) === value),
    of(row) {
      check(row, table)
      const below = row.below ? feedsOf(row.below, table.name, tables) : none
      let text = item === null ? begin : begin + (escaped(row.items[item]) ?? '')
      for (const part of parts) text += part(row, below)
      exhausted(below)
      return text + end
    },
  }
}

const none: Feeds = new Map()

function textOf(element: Element, tables: ReadonlyMap<string, ReturnTable>): Text {
  const { name, item, record, children } = element
  if (record) {
    const theirs = recordOf(element, record, tables)
    return (_, below) => {
      if (!below.has(theirs.table.name)) return ''
      let text = ''
      for (const piece of records(theirs, below)) text += piece
      return text
    }
  }
  const parts = children.map((child) => textOf(child, tables))
  const [begin, end] = [`<${name}>`, `</${name}>`]
  return (row, below) => {
    let text = (item === null ? null : escaped(row.items[item])) ?? ''
    for (const part of parts) text += part(row, below)
    return text === '' ? '' : begin + text + end
  }
}

function* records({ table, inPlace, of }: RecordText, feeds: Feeds): Generator<string> {
  const feed = feeds.get(table.name)
  for (let many = 0; feed?.next && inPlace(feed.next); many++) {
    if (many > 0 && table.once) throw refusal('The table stands once in a message.', table.name)
    yield of(feed.next)
    feed.next = taken(feed.rows)
  }
}

/** @throws GatehouseError when a record found no place: one that no place's items fit, or one out of the places' order. */
function exhausted(feeds: Feeds): void {
  for (const [table, { next }] of feeds) {
    if (next) throw refusal('A record stands out of the order of the message’s parts.', table)
  }
}

function check({ items }: MessageRow, table: ReturnTable): void {
  for (const name in items) {
    const value = items[name]
    if (!table.items.has(name)) throw refusal('The table has no such item.', `${table.name}.${name}`)
    if (value !== null && value !== undefined && !isWritable(value))
      throw refusal(
        'A value holds a character that no message can, or is too long for one.',
        `${table.name}.${name}`,
      )
  }
}

const refusal = (message: string, where: string): GatehouseError =>
  new GatehouseError('bad-input', message, { where })

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\t': ' ',
  '\n': ' ',
  '\r': ' ',
}

const special = /[&<>\t\n\r]/
const specials = new RegExp(special, 'g')

/** Null for what has no value. */
const escaped = (value: string | null | undefined): string | null =>
  value === null || value === undefined || value === ''
    ? null
    : special.test(value)
      ? value.replaceAll(specials, (character) => entities[character] ?? character)
      : value
