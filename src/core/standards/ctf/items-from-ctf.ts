import { Readable } from 'node:stream'
import { GatehouseError, type ItemId, type Subject, type Value } from '../../vocabulary/index.ts'
import { ctfFromItems, type ItemRow } from './ctf-from-items.ts'
import {
  contactPlaces,
  headerPlaces,
  historyPlaces,
  listPlaces,
  phoneTypes,
  pupilPlaces,
  resultPlaces,
  stayPlaces,
  type CtfPlace,
} from './ctf-places.ts'
import type { CtfHeader, CtfPupil } from './ctf-pupil.ts'
import { takeAt } from './draft.ts'
import { readCtf } from './read-ctf.ts'

function valueOf(held: unknown, type: CtfPlace['type']): Value {
  const text = held as string
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  return text
}

function take(from: object, places: ReadonlyMap<ItemId, CtfPlace>, into: Map<ItemId, Value>): void {
  for (const [item, { path, type }] of places) {
    const held = takeAt(from, path)
    if (typeof held === 'string') into.set(item, valueOf(held, type))
  }
}

function itemsOf(header: CtfHeader, pupil: CtfPupil, headerItems: ReadonlySet<ItemId>): ItemRow {
  const values = new Map<ItemId, Value>()
  take(pupil, pupilPlaces, values)
  for (const [item, { path, field }] of listPlaces) {
    const list = takeAt(pupil, path) as readonly (string | Record<string, string>)[] | undefined
    if (list)
      values.set(item, list.map((part) => (typeof part === 'string' ? part : part[field ?? ''])).join('; '))
  }
  take(header, new Map([...headerPlaces].filter(([item]) => headerItems.has(item))), values)

  const children = new Map<Subject, readonly ReadonlyMap<ItemId, Value>[]>()
  const contacts = pupil.contacts?.contact?.map((contact) => {
    const items = new Map<ItemId, Value>()
    take(contact, contactPlaces, items)
    for (const [item, type] of phoneTypes) {
      const number = contact.phones?.phone?.find((phone) => phone.type === type)?.number
      if (number !== undefined) items.set(item, number)
    }
    return items
  })
  if (contacts) children.set('contact', contacts)
  const results = pupil.assessments?.keyStage?.flatMap(({ stage, results }) =>
    (results ?? []).map((result) => {
      const items = new Map<ItemId, Value>()
      if (stage !== undefined) items.set('result.stage', stage)
      take(result, resultPlaces, items)
      return items
    }),
  )
  if (results) children.set('result', results)

  const schools = [...(pupil.schoolHistory?.school ?? [])]
  const last = schools.at(-1)
  if (last?.la === header.source.la && last.establishment === header.source.establishment) {
    take(last, stayPlaces, values)
    schools.pop()
  }
  const history = schools.map((school) => {
    const items = new Map<ItemId, Value>()
    take(school, historyPlaces, items)
    return items
  })
  if (history.length > 0) children.set('schoolHistory', history)
  return { values, children }
}

/**
 * Reads back what `ctfFromItems` wrote, for the check before it leaves. Items without a value are absent. Results come
 * grouped by stage. `headerItems` names the items to take from the header into each row (school and destination numbers).
 * The rows written again must give the same bytes: anything beside the items, or nothing where something was, is refused.
 * @throws GatehouseError `bad-input` when the bytes are no such file.
 */
export async function itemsFromCtf(
  bytes: Uint8Array,
  headerItems: ReadonlySet<ItemId> = new Set(),
): Promise<{ header: CtfHeader; rows: readonly ItemRow[] }> {
  let header: CtfHeader | undefined
  const rows: ItemRow[] = []
  for await (const part of readCtf(Readable.from([bytes]))) {
    if (part.kind === 'header') header = part.header
    else if (part.kind === 'pupil' && header) rows.push(itemsOf(header, part.pupil, headerItems))
  }
  if (!header || Buffer.compare(ctfFromItems(header, rows), bytes) !== 0) {
    throw new GatehouseError('bad-input', 'The bytes are not a file that Gatehouse writes.', {
      why: 'The same items, written again, give other bytes.',
    })
  }
  return { header, rows }
}
