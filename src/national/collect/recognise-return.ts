import { recognise, type CollectionDefinition, type MessageHeader } from '../../core/collections/index.ts'
import { basename } from 'node:path'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { Definitions, Round } from './definitions.ts'
import { refusal, type Refusal } from './refusal.ts'

/** What a message says of itself. */
export interface Recognised {
  readonly round: Round
  readonly definition: CollectionDefinition
  readonly header: MessageHeader
  readonly source: SourceClaim
}

/** What a file is called once it is no longer encrypted. */
export const fileNameOf = (name: string): string => basename(name).replace(/\.age$/i, '')

/** A file as far as it has to be known to recognise it. */
export interface Readable {
  readonly name: string
  readonly open: () => AsyncIterable<Uint8Array>
  /** What the sender said beside it. */
  readonly expected?: Partial<Round>
}

/** Which source a message says it is of: numbers as written, empty where it says none. */
export interface SourceClaim {
  readonly kind: CollectionDefinition['source']
  readonly laNumber: string
  readonly urn: string
  readonly establishment: string
}

/**
 * Reads the header and finds the round that it names. With `expected` (what the sender said beside it) anything else is
 * refused.
 */
export async function recogniseReturn(
  file: Readable,
  definitions: Definitions,
): Promise<Result<Recognised, Refusal>> {
  const { expected = {} } = file
  const fileName = fileNameOf(file.name)
  const known = await definitions.list()
  if (
    expected.collection !== undefined &&
    !known.some(({ collection }) => collection === expected.collection)
  )
    return fail(
      refusal('wrong-collection', 'This collector has no such collection.', 'Look at its list of rounds.'),
    )
  const first = known.toSorted(
    (a, b) => Number(b.collection === expected.collection) - Number(a.collection === expected.collection),
  )
  let unreadable: Refusal | undefined
  for (const { collection, years } of first) {
    const newest = years[0] === undefined ? null : await definitions.year(collection, years[0])
    if (!newest) continue
    const read = await recognise(file.open(), newest, fileName)
    if (!read.ok) {
      const { line, message, todo } = read.error
      unreadable ??= refusal('unreadable', message, todo, line)
      continue
    }
    if (!newest.message.known.includes(read.value['collection'] ?? '')) continue
    return inRound(collection, read.value, definitions, expected)
  }
  return fail(
    unreadable && (await isOfNone(file, definitions))
      ? unreadable
      : refusal(
          'wrong-collection',
          'The header names no collection that this collector takes in.',
          'Choose the file of the return.',
          1,
        ),
  )
}

/** Whether not one collection could read a header: then the file itself is at fault, not what it says. */
async function isOfNone(file: Readable, definitions: Definitions): Promise<boolean> {
  for (const { collection, years } of await definitions.list()) {
    const newest = years[0] === undefined ? null : await definitions.year(collection, years[0])
    if (newest && (await recognise(file.open(), newest, fileNameOf(file.name))).ok) return false
  }
  return true
}

async function inRound(
  collection: string,
  header: MessageHeader,
  definitions: Definitions,
  expected: Partial<Round>,
): Promise<Result<Recognised, Refusal>> {
  if (expected.collection !== undefined && expected.collection !== collection)
    return fail(
      refusal('wrong-collection', 'The file is of another collection.', 'Choose the file of this one.', 1),
    )
  const year = /^\d{4}$/.test(header['year'] ?? '') ? Number(header['year']) : null
  const definition = year === null ? null : await definitions.year(collection, year)
  if (year === null || !definition || (expected.year ?? year) !== year)
    return fail(
      refusal(
        'wrong-year',
        definition
          ? 'The file is of another year.'
          : 'The header names a year that this collector does not take in.',
        'Make the return again for the year that is collected.',
        1,
      ),
    )
  const only = definition.terms.size === 1 ? [...definition.terms.keys()][0] : undefined
  const term = header['term'] === undefined ? only : header['term']
  if (term === undefined || !definition.terms.has(term) || (expected.term ?? term) !== term)
    return fail(
      refusal(
        'wrong-term',
        'The file is of another term, or of none.',
        'Make the return again for the term that is collected.',
        1,
      ),
    )
  return ok({
    round: { collection, year, term },
    definition,
    header,
    source: {
      kind: definition.source,
      laNumber: header['lea'] ?? '',
      urn: header['urn'] ?? header['source'] ?? '',
      establishment: header['estab'] ?? '',
    },
  })
}
