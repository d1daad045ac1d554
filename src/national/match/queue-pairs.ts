import type { Analytics, AnalyticsRow } from '../../core/analytics/index.ts'
import { probabilityOf, waterfall } from '../../core/linkage/index.ts'
import { identityColumns } from './identity-sql.ts'
import type { Matching } from './matching.ts'
import { personSql } from './person-sql.ts'
import { ofKind, type MatchState } from './runs.store.ts'
import { seal } from './seal.ts'
import { named, parquet } from './sql-words.ts'
import { segmentPath } from './state-files.ts'
import type { TrainedModel } from './trained-model.ts'
import type { PairSides, ShownIdentity } from './pair-sides.ts'

export interface NewPair {
  readonly a: string
  readonly b: string
  readonly pmrA: string
  readonly pmrB: string
  readonly why: 'between' | 'numbers' | 'tie' | 'apart' | 'sample'
  /** Thousandths of a bit. */
  readonly weight: number | null
  readonly sides: Buffer
}

/** Joined pairs that weights alone joined, put before people so that precision is known by more than the model’s own word. */
const sampled = 20

/** As many as a run may put before people; the likeliest first. */
const mostPairs = 200_000

/**
 * Pairs of the run that a person is to decide: between the two probabilities, or strong and forbidden. One for two children, the
 * strongest; with what a page shows of it, sealed. Makes `now`: who each identity of an edge is from this run on.
 */
export async function queuePairs(
  matching: Matching,
  analytics: Analytics,
  { state, trained }: { readonly state: MatchState; readonly trained: TrainedModel },
): Promise<readonly NewPair[]> {
  await analytics.run(
    'CREATE TABLE ends AS SELECT a AS node FROM edge UNION SELECT b FROM edge UNION SELECT a FROM blocked UNION SELECT b FROM blocked',
  )
  await analytics.run(
    `CREATE TABLE now AS SELECT node, pmr FROM people WHERE node IN (SELECT node FROM ends) UNION ALL SELECT node, pmr FROM (${personSql(matching, state, 'node IN (SELECT node FROM ends) AND node NOT IN (SELECT node FROM people)')})`,
  )
  const oldEdges = ofKind(state, 'edges').map((each) => segmentPath(matching, each))
  const evidence = 'a, b, pass, weight, levels, rarity, household'
  await analytics.run(
    `CREATE TABLE doubt AS SELECT ${evidence}, 'between' AS why FROM edge WHERE weak
      UNION ALL SELECT ${evidence}, why FROM blocked JOIN (SELECT ${evidence} FROM edge WHERE strong${oldEdges.length === 0 ? '' : ` UNION ALL SELECT ${evidence} FROM ${parquet(oldEdges)} WHERE strong AND a IN (SELECT a FROM blocked)`}) USING (a, b)
      UNION ALL (SELECT ${evidence}, 'sample' FROM edge WHERE strong AND pass IS NULL ORDER BY a, b LIMIT ${String(sampled)})`,
  )
  const rows = await analytics.rows(
    `SELECT d.*, x.pmr AS pmr_a, y.pmr AS pmr_b FROM doubt AS d JOIN now AS x ON x.node = a JOIN now AS y ON y.node = b
      WHERE (x.pmr <> y.pmr) <> (why = 'sample') AND NOT EXISTS (SELECT 1 FROM said WHERE said.a = d.a AND said.b = d.b)
      QUALIFY row_number() OVER (PARTITION BY least(x.pmr, y.pmr), greatest(x.pmr, y.pmr), why = 'sample' ORDER BY weight DESC NULLS LAST, a, b) = 1
      ORDER BY weight DESC NULLS LAST, a, b LIMIT ${String(mostPairs)}`,
  )
  if (rows.length === 0) return []
  await analytics.run('CREATE TABLE shown (node UUID)')
  const nodes = [...new Set(rows.flatMap((row) => [String(row['a']), String(row['b'])]))]
  for (let i = 0; i < nodes.length; i += 2000)
    await analytics.run(
      `INSERT INTO shown VALUES ${nodes
        .slice(i, i + 2000)
        .map((node) => `('${node}')`)
        .join(', ')}`,
    )
  const bridges = await bridgesOf(analytics)
  const needed = await analytics.rows(
    `SELECT node, ${identityColumns.map(named).join(', ')} FROM (SELECT * FROM known UNION ALL SELECT * FROM fresh) WHERE node IN (SELECT node FROM shown) OR node IN (SELECT c FROM bridge)`,
  )
  const identities = new Map(needed.map((row) => [String(row['node']), shownOf(row)]))
  return rows.map((row) => {
    const [a, b] = [String(row['a']), String(row['b'])]
    const weight = row['weight'] === null ? null : Number(row['weight'])
    const numbers = (name: string): number[] => {
      const text = row[name]
      return typeof text === 'string' ? text.split(' ').map(Number) : []
    }
    const sides: PairSides = {
      a: identities.get(a) ?? {},
      b: identities.get(b) ?? {},
      pass: typeof row['pass'] === 'string' ? row['pass'] : null,
      model: trained.version,
      explained:
        weight === null
          ? null
          : waterfall(trained.model, numbers('levels'), numbers('rarity'), Number(row['household'])),
      probability: weight === null ? null : probabilityOf(weight),
      between: (bridges.get(`${a} ${b}`) ?? []).map((node) => identities.get(node) ?? {}),
    }
    return {
      a,
      b,
      pmrA: String(row['pmr_a']),
      pmrB: String(row['pmr_b']),
      why: row['why'] as NewPair['why'],
      weight: weight === null ? null : Math.round(1000 * weight),
      sides: seal(matching.keys.sealing, Buffer.from(JSON.stringify(sides)), Buffer.from(`${a} ${b}`)),
    }
  })
}

const shownOf = (row: AnalyticsRow): ShownIdentity =>
  Object.fromEntries(
    identityColumns.flatMap((name) => {
      const value = row[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )

/** Third identities that speak for both sides of a pair: a married name, a second number. Three at most. */
async function bridgesOf(analytics: Analytics): Promise<ReadonlyMap<string, readonly string[]>> {
  await analytics.run(
    `CREATE TABLE bridge AS WITH spoke AS (SELECT a, b AS c, coalesce(weight, 99) AS weight FROM edge WHERE strong OR weak UNION ALL SELECT b, a, coalesce(weight, 99) FROM edge WHERE strong OR weak)
      SELECT d.a, d.b, x.c FROM doubt AS d JOIN spoke AS x ON x.a = d.a JOIN spoke AS y ON y.a = d.b AND y.c = x.c
      QUALIFY row_number() OVER (PARTITION BY d.a, d.b ORDER BY least(x.weight, y.weight) DESC, x.c) <= 3`,
  )
  const rows = await analytics.rows('SELECT a, b, c FROM bridge ORDER BY a, b, c')
  const found = new Map<string, string[]>()
  for (const row of rows) {
    const key = `${String(row['a'])} ${String(row['b'])}`
    found.set(key, [...(found.get(key) ?? []), String(row['c'])])
  }
  return found
}
