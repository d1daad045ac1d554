import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readCollection, termDefinition, type TermDefinition } from '../../core/collections/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/** The years that the policy has of a collection, in order. */
export async function yearsOf(policyFolder: string, collection: string): Promise<readonly number[]> {
  const names = await readdir(join(policyFolder, 'collections', collection)).catch(() => [])
  return names
    .filter((name) => /^\d{4}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

/**
 * The definition of a collection in one year and term.
 * @throws GatehouseError `not-found` for a year or term that the policy does not have, `bad-policy` for one that is wrong.
 */
export async function collectionOf(
  policyFolder: string,
  collection: string,
  year: number,
  term: string,
): Promise<TermDefinition> {
  const years = await yearsOf(policyFolder, collection)
  if (!years.includes(year)) {
    throw new GatehouseError('not-found', 'The policy does not have this collection for that year.', {
      where: `${collection} ${year}`,
      todo: `It has ${years.join(', ') || 'none'}. A year is a folder under policy/collections/${collection}.`,
    })
  }
  const read = await readCollection(policyFolder, collection, year)
  if (!read.ok) {
    throw new GatehouseError('bad-policy', 'The collection can’t be used as it is.', {
      where: `collections/${collection}/${year}`,
      why: read.error.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'),
    })
  }
  const definition = termDefinition(read.value, term)
  if (definition) return definition
  throw new GatehouseError('not-found', 'The collection has no such term.', {
    where: term,
    todo: `Use one of ${[...read.value.terms.keys()].join(', ')}.`,
  })
}
