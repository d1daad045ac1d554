import { openAnalytics } from '../../core/analytics/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, requireDuty, type Person } from '../collect/index.ts'
import type { Matching } from './matching.ts'
import { foundIn, matchRecords, type MatchRun } from './run-matching.ts'
import { ofKind, stateOf } from './runs.store.ts'
import { keepSealed } from './sealed.store.ts'
import { severedDigest } from './sever.ts'
import { parquet, quoted } from './sql-words.ts'
import { segmentPath, stateFolder } from './state-files.ts'

export interface RecordPlace {
  readonly return: string
  readonly table: string
  readonly n: number
}

/**
 * Parts two identities for ever, by a record of each: what an adoption, or a child’s safety, asks for. Only a digest of both is
 * kept, and who authorised it; where they were one child they are two from now on.
 * @throws GatehouseError `not-allowed`, `not-found` where a record was never matched
 */
export async function severIdentities(
  matching: Matching,
  person: Person,
  one: RecordPlace,
  other: RecordPlace,
  at: Date,
): Promise<MatchRun> {
  requireDuty(person, 'match-review')
  const store = asCollector(matching.collector, person.actor)
  const state = await store.read((tx) => stateOf(tx))
  const links = ofKind(state, 'links').map((each) => segmentPath(matching, each))
  const analytics = await openAnalytics({ folders: [stateFolder(matching)], memory: matching.memory })
  const nodes: string[] = []
  try {
    for (const place of [one, other]) {
      const [row] =
        links.length === 0
          ? []
          : await analytics.rows(
              `SELECT node FROM ${parquet(links)} WHERE return_id = ${quoted(place.return)} AND "table" = ${quoted(place.table)} AND n = ${String(Math.trunc(place.n))}`,
            )
      if (!row) throw new GatehouseError('not-found', 'A record of the two was never matched.')
      nodes.push(String(row['node']))
    }
  } finally {
    analytics.close()
  }
  const [x = '', y = ''] = nodes.sort()
  if (x === y)
    throw new GatehouseError('conflict', 'The two records say the same of who the child is.', {
      todo: 'Sever them once the new identity stands in a return.',
    })
  const found = await store.write(async (tx) => {
    await keepSealed(tx, {
      digest: severedDigest(matching.keys, x, y),
      a: x,
      b: y,
      by: person.actor.name,
      at,
    })
    return foundIn(tx)
  })
  // Told to this run alone: nothing that is kept names the two.
  const said = [...found.said, { a: x, b: y, verdict: 'not-same' as const, now: true }]
  return matchRecords(matching, person, at, {
    returns: [],
    folders: [],
    read: null,
    found: { ...found, said },
  })
}
