import type { Analytics } from '../../core/analytics/index.ts'
import type { Matching } from './matching.ts'
import { groupKinds, type GroupKind } from './sources-file.ts'
import { named } from './sql-words.ts'

/** What a run did for one subgroup, as sums that runs can be added up by. Probabilities are the model’s own. */
export interface GroupQuality {
  readonly kind: GroupKind | 'all'
  readonly group: string
  readonly records: number
  readonly identities: number
  /** Pairs that were joined, and how many of them are one child by the model. */
  readonly joined: number
  readonly joinedTrue: number
  /** Pairs that were not joined, and how many of them are one child by the model. */
  readonly left: number
  readonly leftTrue: number
  /** Pairs that a person is to decide. */
  readonly doubtful: number
  /** By tenth of probability: pairs that the model scored. */
  readonly tenths: readonly number[]
}

export interface Quality {
  readonly groups: readonly GroupQuality[]
}

/** Counts the run’s edges by the subgroups of their fresh identity. It reads `edge`, `incoming` and `now`. */
export async function qualityOf(_matching: Matching, analytics: Analytics): Promise<Quality> {
  await analytics.run(
    `CREATE TABLE grouped AS SELECT node, ${groupKinds.map((kind) => `max(${named(`group_${kind}`)}) AS ${named(kind)}`).join(', ')}, count(*) AS records FROM incoming GROUP BY node`,
  )
  await analytics.run(
    `CREATE TABLE judged AS SELECT "right" AS node, x.pmr = y.pmr AS joined, weak, coalesce(1 / (1 + pow(2, -weight)), 1) AS p, weight IS NOT NULL AS scored FROM edge JOIN now AS x ON x.node = a JOIN now AS y ON y.node = b`,
  )
  const groups: GroupQuality[] = []
  for (const kind of ['all', ...groupKinds] as const) {
    const key = kind === 'all' ? `'all'` : named(kind)
    const tenths = Array.from(
      { length: 10 },
      (_, i) =>
        `count(*) FILTER (WHERE scored AND least(9, floor(p * 10)) = ${String(i)}) AS tenth${String(i)}`,
    ).join(', ')
    const rows = await analytics.rows(
      `WITH g AS (SELECT ${key} AS grp, sum(records) AS records, count(*) AS identities FROM grouped WHERE ${key} IS NOT NULL GROUP BY ALL),
        e AS (SELECT ${key} AS grp, count(*) FILTER (WHERE joined) AS joined, sum(p) FILTER (WHERE joined) AS joined_true, count(*) FILTER (WHERE NOT joined) AS "left",
          sum(p) FILTER (WHERE NOT joined) AS left_true, count(*) FILTER (WHERE weak) AS doubtful, ${tenths} FROM judged JOIN grouped USING (node) WHERE ${key} IS NOT NULL GROUP BY ALL)
        SELECT * FROM g LEFT JOIN e USING (grp) ORDER BY grp`,
    )
    for (const row of rows) {
      const number = (name: string): number => Number(row[name] ?? 0)
      groups.push({
        kind,
        group: String(row['grp']),
        records: number('records'),
        identities: number('identities'),
        joined: number('joined'),
        joinedTrue: round(number('joined_true')),
        left: number('left'),
        leftTrue: round(number('left_true')),
        doubtful: number('doubtful'),
        tenths: Array.from({ length: 10 }, (_, i) => number(`tenth${String(i)}`)),
      })
    }
  }
  return { groups }
}

// An estimate: more digits would say more than it knows, and differ by the order in which an engine adds.
const round = (value: number): number => Math.round(value * 1000) / 1000
