import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asCollector, type Person, type Round } from '../../collect/index.ts'
import { requireSteward } from '../steward.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { keepEditions } from '../keep/edition-rows.store.ts'
import { readEditions, writeEdition, type Edition } from '../keep/editions.ts'
import { makeFolder, sha256Of } from '../keep/durable.ts'
import { partitionKeyOf, type PartitionId } from '../keep/places.ts'
import { whileBuilding } from './build-lock.ts'
import { buildDerived, derivedYears } from './build-derived.ts'
import { buildSource } from './build-source.ts'
import { clearUnlisted } from './clear-unlisted.ts'
import { inputReturns } from './inputs.store.ts'
import { draftsFolder } from './part-draft.ts'
import type { Made } from './settle.ts'
import { heldBy } from './versions.ts'

/**
 * Who the records of these returns are: writes `return_id`, `table`, `n`, `pmr` and `run` into a Parquet file, in an order that is a
 * function of the rows. The matching’s `linksOf`.
 */
export type LinksOf = (
  returnIds: readonly string[],
  file: string,
) => Promise<{ readonly run: number; readonly unmatched: readonly string[] }>

export interface BuildReport {
  readonly edition: number
  /** False: nothing had changed, and the edition before stands. */
  readonly isNew: boolean
  readonly partitions: readonly (PartitionId & {
    readonly outcome: Made['outcome']
    readonly rows: number
    readonly linked: number | null
    readonly setByHand: number | null
    readonly difference: Made['manifest']['difference']
  })[]
  /** Returns that no matching run has read: their records have no reference yet. */
  readonly unmatched: number
  /** Rounds of which the policy has no definition any more. */
  readonly withoutDefinition: readonly string[]
}

/**
 * Brings the holdings up to what was authorised and matched: builds what is touched as new versions, then writes one edition that
 * names what stands. Killed at any point, the edition before stands.
 * @throws GatehouseError `not-allowed`, `locked`, `conflict`, `bad-input`, `store-failed`
 */
export async function buildHoldings(
  home: HoldingsHome,
  person: Person,
  linksOf: LinksOf,
  at: Date,
  note = '',
): Promise<BuildReport> {
  requireSteward(person)
  return whileBuilding(home, async () => {
    const store = asCollector(home.collector, person.actor)
    const editions = await readEditions(home)
    await store.write((tx) => keepEditions(tx, editions))
    await clearUnlisted(home, editions)
    const held = heldBy(home, editions)
    const returns = await store.read((tx) => inputReturns(tx))
    const standing: Made[] = []
    const unmatched = new Set<string>()
    const withoutDefinition: string[] = []
    const links = join(draftsFolder(home), 'links')
    await makeFolder(links)
    try {
      for (const [name, own] of Map.groupBy(
        returns,
        ({ collection, year, term }) => `${collection} ${String(year)} ${term}`,
      )) {
        const [first] = own
        if (!first) continue
        const round: Round = { collection: first.collection, year: first.year, term: first.term }
        const sources = [...home.declarations.sources.values()].filter(
          (each) => each.collection === round.collection,
        )
        if (sources.length === 0) continue
        const definition = await home.collector.definitions.term(round)
        if (!definition) {
          withoutDefinition.push(name)
          continue
        }
        const file = join(links, `${name.replaceAll(' ', '-')}.parquet`)
        const linked = await linksOf(
          own.map(({ id }) => id),
          file,
        )
        for (const id of linked.unmatched) unmatched.add(id)
        const inputs = {
          round,
          definition,
          returns: own,
          links: { file, sha256: await sha256Of(file), run: linked.run },
        }
        for (const source of sources)
          for (const part of source.rounds.get(round.term) ?? []) {
            if (part.from !== null && round.year + part.year < part.from) continue
            standing.push(await buildSource(home, held, source, part, inputs, at))
            await home.step('part')
          }
      }
      for (const derived of home.declarations.derived.values())
        for (const year of derivedYears(derived, standing)) {
          standing.push(await buildDerived(home, held, derived, standing, year, at))
          await home.step('part')
        }
    } finally {
      await rm(links, { recursive: true, force: true })
    }
    const edition = await finish(home, person, editions.at(-1) ?? null, standing, at, note)
    await home.step('record')
    if (edition.isNew) {
      const now = await readEditions(home)
      await store.write((tx) => keepEditions(tx, now))
    }
    return {
      edition: edition.number,
      isNew: edition.isNew,
      partitions: standing.map(({ id, outcome, manifest }) => ({
        ...id,
        outcome,
        rows: manifest.rows,
        linked: manifest.counts['linked'] ?? null,
        setByHand: manifest.counts['setByHand'] ?? null,
        difference: outcome === 'built' ? manifest.difference : null,
      })),
      unmatched: unmatched.size,
      withoutDefinition,
    }
  })
}

async function finish(
  home: HoldingsHome,
  person: Person,
  before: Edition | null,
  standing: readonly Made[],
  at: Date,
  note: string,
): Promise<{ readonly number: number; readonly isNew: boolean }> {
  const partitions = standing
    .map(({ id, sha256 }) => ({ ...id, manifest: sha256 }))
    .sort((a, b) => (partitionKeyOf(a) < partitionKeyOf(b) ? -1 : 1))
  if (before && JSON.stringify(sorted(before.partitions)) === JSON.stringify(sorted(partitions)))
    return { number: before.number, isNew: false }
  await home.step('edition')
  const edition = await writeEdition(home, {
    number: (before?.number ?? 0) + 1,
    previous: before?.sha256 ?? '',
    at: at.toISOString(),
    by: person.actor.name,
    matchingRun: Math.max(0, ...standing.map(({ manifest }) => manifest.matchingRun)),
    note,
    partitions,
  })
  return { number: edition.number, isNew: true }
}

const sorted = (partitions: Edition['partitions']): readonly (readonly [string, string, string])[] =>
  partitions.map((each) => [partitionKeyOf(each), each.version, each.manifest] as const)
