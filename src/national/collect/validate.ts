import type { GivenRecords, Measures, TermDefinition } from '../../core/collections/index.ts'
import { addCarried, carriedNotes } from './carried.store.ts'
import type { Tx } from '../../core/store/index.ts'
import { asCollector, type Collector } from './collector.ts'
import { measuresBefore, measuresOfVersionBefore } from './before.store.ts'
import { loadBatch, type Loaded, type Loading } from './load-batch.ts'
import { recordLoaded } from './loaded.store.ts'
import { clearRows, putInPlace } from './return-files.ts'
import type { Source } from './sources.store.ts'
import type { Staged } from './take-in.ts'
import { releaseClaims } from './waiting.store.ts'

/** A return that waits, with its rows scanned. */
export type Waiting = Pick<Staged, 'id' | 'round' | 'definition' | 'source' | 'report' | 'returnId' | 'after'>

/** What validation found of one return. */
export interface Validated extends Loaded {
  /** False: another process had it. */
  readonly recorded: boolean
}

/**
 * Loads and checks returns of one round together: findings, measures, Parquet in place, notes that stand
 * again, then the store. Killed at any point it
 * leaves them waiting, with their bytes, for `resume`.
 */
export async function validateBatch(
  collector: Collector,
  definition: TermDefinition,
  batch: readonly Waiting[],
  at: Date,
): Promise<readonly Validated[]> {
  try {
    return await validateNow(collector, definition, batch, at)
  } catch (error) {
    // Whoever resumes need not wait for the claim to run out.
    await asCollector(collector)
      .write((tx) => releaseClaims(tx, collector.owner, batch))
      .catch(() => undefined)
    throw error
  }
}

async function validateNow(
  collector: Collector,
  definition: TermDefinition,
  batch: readonly Waiting[],
  at: Date,
): Promise<readonly Validated[]> {
  const { before, versions } = await asCollector(collector).read(async (tx) => ({
    before: await measuresBefore(
      tx,
      definition.id,
      definition.term.census,
      batch.map(({ source }) => source),
    ),
    versions: await versionsBefore(tx, definition, batch),
  }))
  const loading = batch.map((each): Loading => ({
    ...each,
    source: each.source.source,
    given: givenOf(each.source, before, versions),
  }))
  const loaded = await collector.validating.pass(() =>
    loadBatch(collector.home, definition, loading, collector.step),
  )
  for (const { id, round } of batch) {
    await clearRows(collector.home, id)
    await collector.step('place')
    await putInPlace(collector.home, round, id)
  }
  const carried = await carriedNotes(
    collector,
    definition,
    batch.map(({ id, round }, i) => ({ id, round, findings: loaded[i]?.findings ?? [] })),
  )
  await collector.step('record')
  const store = asCollector(collector)
  return collector.turn.pass(() =>
    store.write(async (tx) => {
      const done: Validated[] = []
      for (const [i, each] of loaded.entries()) {
        const source = batch[i]?.source
        if (!source) continue
        const waiting = { laNumber: source.laNumber, source: source.source, id: each.id }
        const compared = before.get(source.source) ?? {}
        const recorded = await recordLoaded(tx, waiting, collector.owner, each, compared, store.actor, at)
        if (recorded) await addCarried(tx, waiting, carried.get(each.id) ?? [], at)
        done.push({ ...each, recorded })
      }
      return done
    }),
  )
}

/** Read only where the collection compares with it. */
async function versionsBefore(
  tx: Tx,
  { tables }: TermDefinition,
  batch: readonly Waiting[],
): Promise<ReadonlyMap<string, Measures>> {
  const round = batch[0]?.round
  return round && tables.has('versionBefore') ? measuresOfVersionBefore(tx, round, batch) : new Map()
}

function givenOf(
  source: Source,
  before: ReadonlyMap<string, Measures>,
  versions: ReadonlyMap<string, Measures>,
): GivenRecords {
  const known = (value: string): string | null => (value === '' ? null : value)
  const record = (measures: Measures): Record<string, string> =>
    Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, String(value)]))
  const [previous, versionBefore] = [before.get(source.source), versions.get(source.source)]
  return {
    establishment: {
      urn: source.source,
      phase: known(source.phase),
      type: known(source.schoolType),
      sixthForm: source.sixthForm === null ? null : String(source.sixthForm),
    },
    ...(previous && { previous: record(previous) }),
    ...(versionBefore && { versionBefore: record(versionBefore) }),
  }
}
