import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openAnalytics, type Analytics } from '../../core/analytics/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { asCollector, authorisedReturns, requireDuty, tablesFolder, type Person } from '../collect/index.ts'
import { commitRun, type RunCounts } from './commit-run.store.ts'
import { saidSince, sealedDigests, unmatchedOf, type Said } from './decisions.store.ts'
import { findEdges } from './find-edges.ts'
import type { Matching } from './matching.ts'
import { findFresh, openKnown, prepareRecords } from './prepare-records.ts'
import { qualityOf, type Quality } from './quality.ts'
import { queuePairs } from './queue-pairs.ts'
import { emptyIncoming, readIncoming } from './read-incoming.ts'
import { regroup } from './regroup.ts'
import { stateOf, type MatchState } from './runs.store.ts'
import { quoted } from './sql-words.ts'
import { clearUnlisted, makePrivate, stateFolder } from './state-files.ts'
import { readTrained } from './trained-model.ts'
import { withSpill } from './spill.ts'
import { writeSegments } from './write-segments.ts'

export interface MatchRun {
  /** Null: there was nothing to match, and nothing was decided since the last run. */
  readonly run: number | null
  readonly model: number
  readonly counts: RunCounts
  readonly quality: Quality
}

const nothing: RunCounts = {
  returns: 0,
  records: 0,
  identities: 0,
  fresh: 0,
  edges: 0,
  people: 0,
  newPeople: 0,
  merges: 0,
  splits: 0,
  queued: 0,
  components: 0,
}

/**
 * Matches every authorised return that no run has read, and applies what people decided since the last one. Killed at any instant,
 * the state is the one before or the one after.
 * @throws GatehouseError `conflict` where another run came first, or the model has to be trained anew
 */
export async function runMatching(matching: Matching, person: Person, at: Date): Promise<MatchRun> {
  requireDuty(person, 'match-review')
  const { collector } = matching
  const { state, returns, said, sealed } = await asCollector(collector).read(async (tx) => ({
    ...(await foundIn(tx)),
    returns: await unmatchedOf(tx, await authorisedReturns(tx)),
  }))
  const known = new Set(matching.sources.map(({ collection }) => collection))
  const own = returns.filter(({ collection }) => known.has(collection))
  if (own.length === 0 && !said.some(({ now }) => now))
    return { run: null, model: state.model, counts: nothing, quality: { groups: [] } }
  return matchRecords(matching, person, at, {
    returns: own,
    folders: [tablesFolder(collector)],
    read: (analytics) => readIncoming(matching, analytics, own),
    found: { state, said, sealed },
  })
}

/** Applies what people decided since the last run, and reads no return. */
export async function applyDecisions(matching: Matching, person: Person, at: Date): Promise<MatchRun> {
  requireDuty(person, 'match-review')
  const found = await asCollector(matching.collector).read(foundIn)
  return matchRecords(matching, person, at, { returns: [], folders: [], read: null, found })
}

export const foundIn = async (tx: Tx): Promise<Found> => ({
  state: await stateOf(tx),
  said: await saidSince(tx),
  sealed: await sealedDigests(tx),
})

export interface Records {
  /** What no run has read. */
  readonly returns: readonly { readonly id: string }[]
  /** Where they lie. */
  readonly folders: readonly string[]
  /** Makes `incoming` of them; null: there are none. */
  readonly read: ((analytics: Analytics) => Promise<void>) | null
  readonly found: Found
}

/** Where the matching stands, and what people said. */
export interface Found {
  readonly state: MatchState
  readonly said: readonly Said[]
  readonly sealed: readonly string[]
}

/** A run over records, wherever they come from. */
export async function matchRecords(
  matching: Matching,
  person: Person,
  at: Date,
  { returns, folders, read, found: { state, said, sealed } }: Records,
): Promise<MatchRun> {
  await makePrivate(stateFolder(matching))
  await clearUnlisted(matching, state.segments)
  return withSpill(matching, async (spill) => {
    const analytics = await openAnalytics({
      folders: [...folders, stateFolder(matching), spill],
      memory: matching.memory,
      threads: matching.threads,
      spill,
    })
    try {
      await analytics.run('CREATE TABLE said (a UUID, b UUID, verdict VARCHAR, now BOOLEAN)')
      await fill(
        analytics,
        'said',
        said.map(
          ({ a, b, verdict, now }) => `(${quoted(a)}, ${quoted(b)}, ${quoted(verdict)}, ${String(now)})`,
        ),
      )
      await analytics.run('CREATE TABLE sealed (digest VARCHAR)')
      await fill(
        analytics,
        'sealed',
        sealed.map((digest) => `(${quoted(digest)})`),
      )
      return await matchInto(matching, person, at, {
        analytics,
        spill,
        state,
        returns,
        undone: said.some(({ now, verdict }) => now && verdict === 'unsure'),
        read: () => (read ?? ((engine) => emptyIncoming(matching, engine)))(analytics),
      })
    } finally {
      analytics.close()
    }
  })
}

export async function fill(analytics: Analytics, table: string, rows: readonly string[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 2000)
    await analytics.run(`INSERT INTO ${table} VALUES ${rows.slice(i, i + 2000).join(', ')}`)
}

interface Work {
  readonly analytics: Analytics
  readonly spill: string
  readonly state: MatchState
  readonly returns: readonly { readonly id: string }[]
  readonly undone: boolean
  /** Makes `incoming`. */
  readonly read: () => Promise<void>
}

async function matchInto(matching: Matching, person: Person, at: Date, work: Work): Promise<MatchRun> {
  const { analytics, spill, state, returns } = work
  const run = state.run + 1
  await openKnown(matching, analytics, state, spill)
  await matching.step('read')
  await work.read()
  const fresh = await findFresh(analytics)
  await matching.step('model')
  const trained = await readTrained(matching)
  await prepareRecords(matching, analytics, trained)
  await matching.step('score')
  await findEdges(matching, analytics, trained)
  await matching.step('regroup')
  const { changes, components } = await regroup(matching, analytics, state, run, spill)
  await matching.step('write')
  const draft = join(spill, randomUUID())
  await makePrivate(draft)
  const pairs = await queuePairs(matching, analytics, { state, trained })
  const files = await writeSegments(matching, analytics, { run, model: trained.version, draft })
  const [row] = await analytics.rows(
    `SELECT (SELECT count(*) FROM incoming) AS records, (SELECT count(DISTINCT node) FROM incoming) AS identities, (SELECT count(*) FROM edge WHERE strong) AS edges,
      (SELECT count(DISTINCT pmr) FROM people) AS people, (SELECT count(DISTINCT pmr) FROM people WHERE since = ${String(run)}) AS minted`,
  )
  const number = (name: string): number => Number(row?.[name] ?? 0)
  const counts: RunCounts = {
    returns: returns.length,
    records: number('records'),
    identities: number('identities'),
    fresh,
    edges: number('edges'),
    people: number('people'),
    newPeople: number('minted'),
    merges: changes.filter(({ kind }) => kind === 'merge').length,
    splits: changes.filter(({ kind }) => kind === 'split').length,
    queued: pairs.length,
    components,
  }
  const quality = await qualityOf(matching, analytics)
  const perReturn = await analytics.rows('SELECT return_id, count(*) AS many FROM incoming GROUP BY ALL')
  const recordsOf = new Map(perReturn.map((each) => [String(each['return_id']), Number(each['many'])]))
  await matching.step('commit')
  await commitRun(matching.collector, person, {
    run,
    at,
    model: trained.version,
    files,
    counts,
    quality,
    returns: returns.map(({ id }) => ({ id, records: recordsOf.get(id) ?? 0 })),
    pairs,
    changes,
    undone: work.undone,
  })
  await matching.step('done')
  return { run, model: trained.version, counts, quality }
}
