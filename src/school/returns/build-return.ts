import { hash } from 'node:crypto'
import {
  isWritable,
  writeMessage,
  type MessageRow,
  type TermDefinition,
} from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type ItemId, type Reason, type RefusalCode } from '../../core/vocabulary/index.ts'
import { asWritten, decideReturn, type DecidedReturn } from '../release/index.ts'
import { takeCensusFacts, type CensusFacts } from './census-facts.store.ts'
import { censusPupil, type CensusCase, type Place } from './census-pupil.ts'
import { censusHeader, censusSchool } from './census-school.ts'
import { fileNameOf } from './file-name.ts'
import { readReturnFile, type PupilInFile } from './read-return-file.ts'
import { itemBehind } from './return-item.ts'

/** An item that may not leave of some pupils of the return, why, and of whom. */
export interface LeftOutItem {
  readonly item: ItemId
  readonly codes: readonly RefusalCode[]
  readonly pupilIds: readonly string[]
}

export interface BuiltReturn {
  readonly kind: 'built'
  readonly definition: TermDefinition
  readonly facts: CensusFacts
  readonly fileName: string
  readonly bytes: Uint8Array
  readonly sha256: string
  /** Pupils of whom something stands in the file, by place: `table.item`. */
  readonly contents: Readonly<Record<string, number>>
  /** In the order of the file. */
  readonly pupilIds: readonly string[]
  readonly leftOut: readonly LeftOutItem[]
  /** Pupils of the agreement of whom nothing may leave, and who are missing for that. */
  readonly missing: readonly string[]
  /** Values that no message can hold, by item. */
  readonly unwritable: readonly { readonly pupilId: string; readonly item: string }[]
}

export type BuildOutcome = BuiltReturn | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }

/**
 * Builds the return of a term from the register as it stands: each pupil decided under the collection's agreement, the
 * records made from what was permitted, the file read back and held against the decision. Nothing is stored and nothing
 * leaves; a file that a person keeps on this machine is no disclosure. It is decided again when it is submitted.
 * @throws GatehouseError `not-found` when the policy has no such agreement; `bad-policy` when the collection names none.
 */
export async function buildReturn(tx: Tx, definition: TermDefinition, at: Date): Promise<BuildOutcome> {
  const { agreement } = definition.law
  if (agreement === null)
    throw new GatehouseError(
      'bad-policy',
      'The collection names no agreement under which a school sends it.',
      {
        where: definition.id,
      },
    )
  const facts = await takeCensusFacts(tx, {
    collection: definition.id,
    year: definition.year,
    term: definition.term.name,
  })
  const decided = await decideReturn(tx, agreement, at)
  if (decided.kind === 'refused') return decided
  const of: CensusCase = { definition, facts }
  const { pupils, unwritable } = pupilsIn(decided, of)
  const bytes = Buffer.concat([
    ...writeMessage(definition, {
      header: [censusHeader(of, at)],
      school: [censusSchool(of)],
      pupil: pupils.map(({ row }) => row),
    }),
  ])
  const pupilIds = pupils.map(({ pupilId }) => pupilId)
  const contents = await holdAgainst(decided, bytes, pupilIds, definition)
  return {
    kind: 'built',
    definition,
    facts,
    fileName: fileNameOf(of),
    bytes,
    sha256: hash('sha256', bytes),
    contents,
    pupilIds,
    leftOut: leftOutOf(decided, pupils, of),
    missing: decided.pupils
      .filter(({ row }) => row.inPopulation && !decided.rows.some(({ pupilId }) => pupilId === row.pupilId))
      .map(({ row }) => row.pupilId),
    unwritable,
  }
}

interface Pupil {
  readonly pupilId: string
  readonly place: Place
  readonly row: MessageRow
}

type Decided = Extract<DecidedReturn, { kind: 'decided' }>

/** Those on the roll first, then those who have left, each by name. */
function pupilsIn(
  decided: Decided,
  of: CensusCase,
): { readonly pupils: readonly Pupil[]; readonly unwritable: BuiltReturn['unwritable'] } {
  const unwritable: { pupilId: string; item: string }[] = []
  const pupils = decided.rows.flatMap((permitted) => {
    const { pupilId } = permitted
    const made = censusPupil(permitted, of)
    if (!made) return []
    const row = writableOf(made.row, 'pupil', (item) => unwritable.push({ pupilId, item }))
    return [{ pupilId, place: made.place, row }]
  })
  const key = ({ place, row, pupilId }: Pupil): string =>
    [place === 'on-roll' ? 0 : 1, row.items['surname'], row.items['forename'], pupilId].join('\0')
  return { pupils: pupils.sort((a, b) => (key(a) < key(b) ? -1 : 1)), unwritable }
}

function writableOf(row: MessageRow, table: string, say: (item: string) => void): MessageRow {
  const items = Object.entries(row.items).filter(([name, value]) => {
    const fits = value === null || value === undefined || isWritable(value)
    if (!fits) say(`${table}.${name}`)
    return fits
  })
  return {
    items: Object.fromEntries(items),
    below: Object.fromEntries(
      Object.entries(row.below ?? {}).map(([name, rows]) => [
        name,
        rows.map((one) => writableOf(one, name, say)),
      ]),
    ),
  }
}

/** Items that the return would hold of a pupil and that may not leave of it. */
function leftOutOf(decided: Decided, pupils: readonly Pupil[], of: CensusCase): readonly LeftOutItem[] {
  const { definition } = of
  const leavers = new Set([
    ...(definition.lists.get('leaverItems') ?? []),
    ...(definition.lists.get('leaverTables') ?? []),
  ])
  const asked = (place: Place): ReadonlySet<ItemId> =>
    new Set(
      [...definition.tables.values()].flatMap((table) =>
        [...table.items.values()].flatMap(({ name, terms }) => {
          const item = itemBehind(definition, table.name, name)
          const sent =
            (terms.length === 0 || terms.includes(definition.term.name)) &&
            (place === 'on-roll' || leavers.has(table.name === 'pupil' ? name : table.name))
          return item !== null && sent && decided.listed.has(item) ? [item] : []
        }),
      ),
    )
  const askedOf = { 'on-roll': asked('on-roll'), leaver: asked('leaver') }
  const verdicts = new Map(decided.pupils.map(({ row }) => [row.pupilId, row.verdict]))
  const found = new Map<string, { item: ItemId; codes: readonly RefusalCode[]; pupilIds: string[] }>()
  for (const { pupilId, place } of pupils) {
    for (const item of askedOf[place]) {
      const codes = verdicts.get(pupilId)?.refused.get(item)
      if (!codes) continue
      const key = `${item} ${codes.join()}`
      const one = found.get(key) ?? { item, codes, pupilIds: [] }
      one.pupilIds.push(pupilId)
      found.set(key, one)
    }
  }
  return [...found.values()]
}

/**
 * Reads the file back and holds it against the decision, by what the database gave on the strength of each verdict.
 * @returns of how many pupils each item stands in it.
 * @throws when it holds a pupil or an item that was not permitted: a fault of the software, and nothing is built.
 */
async function holdAgainst(
  decided: Decided,
  bytes: Uint8Array,
  pupilIds: readonly string[],
  definition: TermDefinition,
): Promise<BuiltReturn['contents']> {
  const read = await readReturnFile(bytes, definition)
  if (!read.ok) throw new Error(`a return that can't be read was written: ${read.error.message}`)
  if (read.value.length !== pupilIds.length) throw new Error('a return with other pupils was written')
  const contents: Record<string, number> = {}
  const byId = new Map(decided.pupils.map(({ row }) => [row.pupilId, row]))
  for (const pupil of read.value) {
    const row = byId.get(pupilIds[pupil.ordinal - 1] ?? '')
    if (!row?.inPopulation) throw new Error('a pupil stands in the return who is not in the agreement')
    for (const place of pupil.written) contents[place] = (contents[place] ?? 0) + 1
    const permitted = new Set(row.verdict.permitted.map(({ item }) => item))
    for (const item of itemsIn(pupil, definition))
      if (!permitted.has(item)) throw new Error(`${item} stands in the return and is not permitted`)
    for (const [name, value] of pupil.values) {
      const item = definition.tables.get('pupil')?.items.get(name)?.item
      const held = item === null || item === undefined ? undefined : row.values.get(item)
      if (held !== undefined && asWritten(held) !== value)
        throw new Error(`pupil.${name} stands in the return with another value than was read`)
    }
  }
  return contents
}

/** The items of the dictionary that stand in a file of one pupil. */
export const itemsIn = ({ written }: PupilInFile, definition: TermDefinition): ReadonlySet<ItemId> =>
  new Set(
    [...written].flatMap((place) => {
      const [table = '', name = ''] = place.split('.')
      return itemBehind(definition, table, name) ?? []
    }),
  )
