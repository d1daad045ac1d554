import { join } from 'node:path'
import { sql } from 'kysely'
import { openAnalytics } from '../../../core/analytics/index.ts'
import type { Store } from '../../../core/store/index.ts'
import { asCollector } from '../../collect/index.ts'
import { testCollector, testSource, testTime, theOperator } from '../../collect/testing/test-collector.ts'
import { linksOf, openMatching, runMatching, type MatchSettings } from '../index.ts'
import { authorised } from './authorised.ts'
import type { MadeReturn } from './pupils.ts'

export interface Partition {
  readonly people: number
  /** Records that share their pupil with another. */
  readonly joined: number
  /** Records by their place in their school’s return, those of one pupil together, in order. */
  readonly groups: readonly string[]
}

/** Forgets all that was matched and received. */
export async function forget(store: Store): Promise<void> {
  await store.engine.script(
    'truncate match_change_reader, match_change, match_sealed, match_decision, match_pair, match_return, match_run, duplicate_candidate, return_event, return_note, collected_finding, collected_return, expected_return, national_source, collection_round restart identity cascade',
  )
}

/** Matches returns, some in each run, on a store of nothing else, and says which records are one pupil. */
export async function partitionOf(
  store: Store,
  runs: readonly (readonly MadeReturn[])[],
  settings: MatchSettings = {},
): Promise<Partition> {
  await forget(store)
  const urns = [...new Set(runs.flat().map(({ urn }) => urn))]
  const collector = await testCollector(
    store,
    urns.map((urn) => testSource(urn)),
  )
  const matching = await openMatching(collector, settings)
  for (const own of runs) {
    for (const { urn, pupils } of own) await authorised(collector, urn, pupils)
    await runMatching(matching, theOperator, testTime)
  }
  const { rows } = await asCollector(collector).read((tx) =>
    sql<{ id: string; source: string }>`select id, source from collected_return`.execute(tx),
  )
  const file = join(collector.home, 'links.parquet')
  await linksOf(
    matching,
    rows.map(({ id }) => id),
    file,
  )
  const sources = new Map(rows.map(({ id, source }) => [id, source]))
  const analytics = await openAnalytics({ folders: [collector.home] })
  const links = await analytics.rows(`SELECT return_id, n, pmr FROM read_parquet('${file}')`)
  analytics.close()
  const groups = [...Map.groupBy(links, (row) => row['pmr']).values()].map((own) =>
    own.map((row) => `${sources.get(String(row['return_id'])) ?? ''}/${String(row['n'])}`).sort(),
  )
  return {
    people: groups.length,
    joined: groups.filter((own) => own.length > 1).reduce((sum, own) => sum + own.length, 0),
    groups: groups.map((own) => own.join(' ')).sort(),
  }
}
