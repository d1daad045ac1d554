import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  readCollection,
  termDefinition,
  type CollectionDefinition,
  type TermDefinition,
} from '../../core/collections/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/** One round of a collection. */
export interface Round {
  readonly collection: string
  readonly year: number
  readonly term: string
}

export const roundName = ({ collection, year, term }: Round): string =>
  `${collection} ${String(year)} ${term}`

/** What the policy folder says of collections; each year is read once. */
export interface Definitions {
  /** Every collection with its years, the newest first. */
  list(): Promise<readonly { readonly collection: string; readonly years: readonly number[] }[]>
  /** Null: the policy has no such collection or year. @throws GatehouseError `bad-policy` */
  year(collection: string, year: number): Promise<CollectionDefinition | null>
  /** Null: it has no such term. */
  term(round: Round): Promise<TermDefinition | null>
}

export function definitionsOf(policyFolder: string): Definitions {
  const root = join(policyFolder, 'collections')
  let listed: ReturnType<Definitions['list']> | undefined
  const years = new Map<string, Promise<CollectionDefinition | null>>()
  const terms = new Map<string, TermDefinition | null>()
  const list = async (): ReturnType<Definitions['list']> => {
    const entries = await readdir(root, { withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    return Promise.all(
      folders.sort().map(async (collection) => ({
        collection,
        years: (await readdir(join(root, collection)))
          .filter((name) => /^2\d{3}$/.test(name))
          .map(Number)
          .sort((a, b) => b - a),
      })),
    )
  }
  const read = async (collection: string, year: number): Promise<CollectionDefinition | null> => {
    const known = (await definitions.list()).find((each) => each.collection === collection)
    if (!known?.years.includes(year)) return null
    const definition = await readCollection(policyFolder, collection, year)
    if (definition.ok) return definition.value
    const [fault] = definition.error
    throw new GatehouseError('bad-policy', fault?.message ?? 'The collection can’t be read.', {
      where: `${fault?.file ?? collection}, line ${String(fault?.line ?? 1)}`,
      ...(fault ? { todo: fault.todo } : {}),
    })
  }
  const definitions: Definitions = {
    list: () => (listed ??= list()),
    year(collection, year) {
      const key = `${collection}/${String(year)}`
      let found = years.get(key)
      if (!found) years.set(key, (found = read(collection, year)))
      return found
    },
    async term(round) {
      const key = roundName(round)
      const known = terms.get(key)
      if (known !== undefined) return known
      const definition = await definitions.year(round.collection, round.year)
      const term = definition ? termDefinition(definition, round.term) : null
      terms.set(key, term)
      return term
    },
  }
  return definitions
}
