import { itemsFromCtf, type ItemRow } from '../../core/standards/ctf/index.ts'
import { GatehouseError, type ItemId, type Value } from '../../core/vocabulary/index.ts'
import { expectedPupils, type EgressDecision, type EgressFault } from './expected.ts'
import type { Items } from './permit-rows.ts'

// Stand once, in the header, for all pupils of the file: checked there.
const inHeader: ReadonlySet<ItemId> = new Set([
  'school.urn',
  'school.name',
  'school.laNumber',
  'school.establishmentNumber',
  'pupil.destinationLa',
  'pupil.destinationEstablishment',
])

export async function checkCtf(bytes: Uint8Array, decision: EgressDecision): Promise<readonly EgressFault[]> {
  let read
  try {
    read = await itemsFromCtf(bytes)
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    return [{ code: 'unreadable', place: 'the file' }]
  }
  const { pupils, faults: before } = expectedPupils(decision)
  const faults: EgressFault[] = [...before]
  const { destination, source } = read.header
  const wanted = decision.ctfHeader
  for (const [place, found, expected] of [
    [
      'DestSchool',
      [destination.la, destination.establishment],
      [wanted?.destination.la, wanted?.destination.establishment],
    ],
    [
      'SourceSchool',
      [source.la, source.establishment, source.urn, source.name],
      [
        wanted?.source.la,
        wanted?.source.establishment,
        wanted?.source.urn,
        wanted?.source.name?.normalize('NFC'),
      ],
    ],
  ] as const) {
    if (found.some((part, i) => part !== expected[i])) faults.push({ code: 'other-header', place })
  }
  if (read.rows.length > pupils.length)
    faults.push({ code: 'extra-pupil', place: `pupil ${pupils.length + 1}` })
  if (read.rows.length < pupils.length)
    faults.push({ code: 'missing-pupil', place: `pupil ${read.rows.length + 1}` })
  for (const pupil of pupils) {
    const row = read.rows[pupil.number - 1]
    if (!row) continue
    const place = `pupil ${pupil.number}`
    for (const [item, mustBe] of [
      ['pupil.destinationLa', destination.la],
      ['pupil.destinationEstablishment', destination.establishment],
    ] as const) {
      const value = pupil.values.get(item)
      if (value !== undefined && value !== mustBe)
        faults.push({ code: 'other-value', place: `${place}, ${item}` })
    }
    faults.push(...differences(row.values, withoutHeader(pupil.values), place))
    for (const subject of new Set([...row.children.keys(), ...pupil.children.keys()])) {
      const found = lines(row, subject)
      const expected = (pupil.children.get(subject) ?? [])
        .map(line)
        .filter((each) => each !== '[]')
        .sort()
      if (found.length !== expected.length || found.some((each, i) => each !== expected[i])) {
        faults.push({ code: 'other-value', place: `${place}, ${subject}` })
      }
    }
  }
  return faults
}

const withoutHeader = (items: Items): Items => new Map([...items].filter(([item]) => !inHeader.has(item)))

const normal = (value: Value | undefined): Value | undefined =>
  typeof value === 'string' ? value.normalize('NFC') : value

/** The format groups results by key stage: rows are compared without regard to their order. */
const line = (items: Items): string =>
  JSON.stringify(
    [...items].map(([item, value]) => [item, normal(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const lines = (row: ItemRow, subject: string): readonly string[] =>
  [...row.children]
    .filter(([each]) => each === subject)
    .flatMap(([, rows]) => rows.map(line))
    .sort()

function differences(found: Items, expected: Items, place: string): readonly EgressFault[] {
  const faults: EgressFault[] = []
  for (const item of found.keys()) {
    if (!expected.has(item)) faults.push({ code: 'not-permitted', place: `${place}, ${item}` })
  }
  for (const [item, value] of expected) {
    if (!found.has(item)) faults.push({ code: 'missing-value', place: `${place}, ${item}` })
    else if (normal(found.get(item)) !== normal(value))
      faults.push({ code: 'other-value', place: `${place}, ${item}` })
  }
  return faults
}
