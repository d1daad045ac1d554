import { GatehouseError, type ItemId, type Subject, type Value } from '../../vocabulary/index.ts'
import {
  contactPlaces,
  ctfItems,
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
import { firstLanguageType } from './ctf-structure.ts'
import { takeAt, putAt, type Draft } from './draft.ts'
import { writeCtf } from './write-ctf.ts'

type Items = ReadonlyMap<ItemId, Value>

/** One pupil's permitted values, as a decision's projection gives them: items of the pupil, and rows of its children. */
export interface ItemRow {
  readonly values: Items
  readonly children: ReadonlyMap<Subject, readonly Items[]>
}

const noPlace = (item: ItemId): GatehouseError =>
  new GatehouseError('bad-policy', 'The common transfer file has no place for an item of the agreement.', {
    where: item,
    todo: 'Take the item out of the agreement, or send it in another format.',
  })

const put = (draft: Draft, place: CtfPlace, value: Value): void => {
  if (value !== null && value !== '') putAt(draft, place.path, String(value))
}

function putChild(
  items: Items,
  places: ReadonlyMap<ItemId, CtfPlace>,
  also: (item: ItemId, value: Value) => boolean,
): Draft {
  const draft: Draft = {}
  for (const [item, value] of items) {
    const place = places.get(item)
    if (place) put(draft, place, value)
    else if (!also(item, value)) throw noPlace(item)
  }
  return draft
}

function putContact(items: Items): Draft {
  const contact = putChild(items, contactPlaces, (item) => phoneTypes.has(item))
  const phones = [...phoneTypes].flatMap(([item, type]) => {
    const number = items.get(item) ?? ''
    return number === '' ? [] : [{ type, number: String(number) }]
  })
  if (phones.length > 0) putAt(contact, ['phones', 'phone'], phones)
  return contact
}

function putResults(rows: readonly Items[]): Draft[] {
  const stages = new Map<string, Draft[]>()
  for (const items of rows) {
    let stage = ''
    const result = putChild(items, resultPlaces, (item, value) => {
      if (item !== 'result.stage') return false
      stage = value === null ? '' : String(value)
      return true
    })
    // ResultStatus R: an actual result (code set result-type); estimates and targets are never released here.
    putAt(result, ['status'], 'R')
    stages.set(stage, [...(stages.get(stage) ?? []), result])
  }
  return [...stages].map(([stage, results]) => (stage === '' ? { results } : { stage, results }))
}

function pupilFromItems(header: CtfHeader, row: ItemRow): CtfPupil {
  const draft: Draft = {}
  const stay: Draft = {}
  for (const [item, value] of row.values) {
    if (!ctfItems.has(item)) throw noPlace(item)
    const inHeader = headerPlaces.get(item)
    const list = listPlaces.get(item)
    const ofStay = stayPlaces.get(item)
    const place = pupilPlaces.get(item)
    if (inHeader) {
      if (value !== null && takeAt(header, inHeader.path) !== value) {
        throw new GatehouseError('bad-input', 'A pupil of the file does not agree with its header.', {
          where: item,
        })
      }
    } else if (list) {
      if (value === null || value === '') continue
      const parts = String(value).split('; ')
      putAt(
        draft,
        list.path,
        list.field === null
          ? parts
          : parts.map((part, i) => ({ rank: String(i + 1), [list.field ?? '']: part })),
      )
    } else if (ofStay) put(stay, ofStay, value)
    else if (place) put(draft, place, value)
    else throw noPlace(item)
  }
  if (takeAt(draft, ['basicDetails', 'languages', 'type', 0]) !== undefined) {
    putAt(draft, ['basicDetails', 'languages', 'type', 0, 'kind'], firstLanguageType)
  }
  const { la, establishment, name, academicYear } = header.source
  if (draft['attendance'] !== undefined) {
    const year = ['attendance', 'yearData', 0] as const
    putAt(draft, [...year, 'la'], la)
    putAt(draft, [...year, 'establishment'], establishment)
    if (name !== undefined) putAt(draft, [...year, 'schoolName'], name)
    if (academicYear !== undefined) putAt(draft, [...year, 'year'], academicYear)
  }
  const schools: Draft[] = []
  for (const [subject, rows] of row.children) {
    if (rows.length === 0) continue
    if (subject === 'contact') putAt(draft, ['contacts', 'contact'], rows.map(putContact))
    else if (subject === 'result') putAt(draft, ['assessments', 'keyStage'], putResults(rows))
    else if (subject === 'schoolHistory') {
      schools.push(...rows.map((items) => putChild(items, historyPlaces, () => false)))
    } else throw noPlace(subject)
  }
  if (Object.keys(stay).length > 0) {
    schools.push({ la, establishment, ...(name === undefined ? {} : { name }), ...stay })
  }
  if (schools.length > 0) putAt(draft, ['schoolHistory', 'school'], schools)
  return draft
}

/**
 * Writes a common transfer file from permitted items and nothing else. Constants that the format demands beside an item
 * come with it: who the source school is, that a result is a result, that a language is the first one.
 * @throws GatehouseError `bad-policy` for an item without a place in the format (see `ctfItems`); `bad-input` for a
 * character that XML does not allow, or a pupil whose school items disagree with the header.
 */
export const ctfFromItems = (header: CtfHeader, rows: readonly ItemRow[]): Uint8Array =>
  writeCtf(
    header,
    rows.map((row) => pupilFromItems(header, row)),
  )
