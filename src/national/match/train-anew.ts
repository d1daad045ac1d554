import { openAnalytics } from '../../core/analytics/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, requireDuty, type Person } from '../collect/index.ts'
import type { Matching } from './matching.ts'
import { personSql } from './person-sql.ts'
import { openKnown, prepareRecords } from './prepare-records.ts'
import { stateOf } from './runs.store.ts'
import { withSpill } from './spill.ts'
import { stateFolder } from './state-files.ts'
import { keepTrained, learn, type TrainedModel } from './trained-model.ts'

/**
 * Learns a model anew from every identity that is known, and keeps it as the next version; what was linked stays.
 * @throws GatehouseError `conflict` with too few identities
 */
export async function trainAnew(matching: Matching, person: Person, at: Date): Promise<TrainedModel> {
  requireDuty(person, 'match-review')
  const state = await asCollector(matching.collector).read((tx) => stateOf(tx))
  return withSpill(matching, async (spill) => {
    const analytics = await openAnalytics({
      folders: [stateFolder(matching), spill],
      memory: matching.memory,
      threads: matching.threads,
      spill,
    })
    try {
      await openKnown(matching, analytics, state, spill)
      await analytics.run('CREATE TABLE fresh AS SELECT * FROM known')
      await analytics.run('CREATE OR REPLACE VIEW known AS SELECT * FROM fresh WHERE false')
      const [row] = await analytics.rows(
        `SELECT count(*) AS many, count(*) - count(DISTINCT pmr) AS again FROM fresh JOIN (${personSql(matching, state)}) USING (node)`,
      )
      const [many, again] = [Number(row?.['many'] ?? 0), Number(row?.['again'] ?? 0)]
      if (many < matching.definition.trainFrom || again < matching.definition.trainFrom / 20)
        throw new GatehouseError('conflict', 'There are too few identities to learn from.', {
          why: `${String(many)} are known, ${String(again)} of them of children known by another; ${String(matching.definition.trainFrom)} are needed, and a twentieth of that.`,
          todo: 'Match more returns first; the model of the policy serves until then.',
        })
      await prepareRecords(matching, analytics, null)
      const learned = await learn(analytics, matching.definition, many)
      return await keepTrained(matching, { ...learned, trainedAt: at.toISOString() })
    } finally {
      analytics.close()
    }
  })
}
