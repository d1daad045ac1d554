import { fileURLToPath } from 'node:url'
import { readCollection, termDefinition, type TermDefinition } from '../../src/core/collections/index.ts'

const policy = fileURLToPath(new URL('../../policy', import.meta.url))

/** A collection's definition in one term, from the policy of this repository. */
export async function readTerm(collection: string, year: number, term: string): Promise<TermDefinition> {
  const read = await readCollection(policy, collection, year)
  if (!read.ok)
    throw new Error(
      `the collection ${collection} of ${String(year)} can't be read: ${JSON.stringify(read.error)}`,
    )
  const definition = termDefinition(read.value, term)
  if (!definition) throw new Error(`the collection ${collection} of ${String(year)} has no term ${term}`)
  return definition
}
