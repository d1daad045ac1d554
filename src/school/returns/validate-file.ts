import { createReadStream } from 'node:fs'
import {
  checkReturn,
  readCollection,
  recognise,
  type Finding,
  type MessageHeader,
} from '../../core/collections/index.ts'
import type { MessageFault } from '../../core/standards/xml-records/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { collectionOf, yearsOf } from './collection-of.ts'

export interface ValidatedFile {
  readonly header: MessageHeader
  readonly year: number
  readonly term: string
  readonly findings: readonly Finding[]
  /** Records by table. */
  readonly counts: Readonly<Record<string, number>>
}

/**
 * Checks any school's file of a collection against the rules of the year and term that its header names. A file that can't
 * be read, or is of a year or term that the policy does not have, has one fault with its place.
 */
export async function validateFile(
  policyFolder: string,
  collection: string,
  file: string,
): Promise<Result<ValidatedFile, MessageFault>> {
  const years = await yearsOf(policyFolder, collection)
  const newest = await readCollection(policyFolder, collection, years.at(-1) ?? 0)
  if (!newest.ok)
    return fail({
      line: 1,
      message: 'The policy does not have this collection.',
      todo: 'gatehouse policy check',
    })
  const header = await recognise(createReadStream(file), newest.value)
  if (!header.ok) return header
  const { collection: kind = '', year = '', term = '' } = header.value
  if (!newest.value.message.known.includes(kind)) {
    return fail({
      line: 1,
      message: 'The header names another collection.',
      todo: `Choose a file of the ${newest.value.title.toLowerCase()}.`,
    })
  }
  if (!years.includes(Number(year))) {
    return fail({
      line: 1,
      message: 'The header names a year whose rules are not here.',
      todo: `Rules are here for ${years.join(', ')}.`,
    })
  }
  if (!newest.value.terms.has(term)) {
    return fail({
      line: 1,
      message: 'The header names no term of the collection.',
      todo: `A term is one of ${[...newest.value.terms.keys()].join(', ')}.`,
    })
  }
  const definition = await collectionOf(policyFolder, collection, Number(year), term)
  const checked = await checkReturn(createReadStream(file), definition)
  if (!checked.ok) return checked
  const { findings, counts } = checked.value
  await checked.value.close()
  return ok({ header: header.value, year: Number(year), term, findings, counts: Object.fromEntries(counts) })
}
