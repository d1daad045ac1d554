import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { RunCounts } from './commit-run.store.ts'
import type { GroupQuality, Quality } from './quality.ts'
import type { MatchReport } from './report.ts'

export interface RunFacts extends RunCounts {
  readonly number: number
  readonly at: Date
  readonly by: string
  readonly model: number
}

export interface ReportFacts {
  readonly runs: readonly RunFacts[]
  readonly quality: readonly GroupQuality[]
  readonly clerical: MatchReport['clerical']
  readonly byTenth: Readonly<Record<number, { readonly decided: number; readonly same: number }>>
}

export async function reportFacts(tx: Tx): Promise<ReportFacts> {
  const { rows: runs } = await sql<{
    number: number
    at: Date
    by: string
    model: number
    counts: RunCounts
    quality: Quality
  }>`select number, at, by_name as by, model, counts, quality from match_run order by number`.execute(tx)
  const { rows: clerical } = await sql<MatchReport['clerical']>`
    select (select count(*) from match_pair where state in ('open', 'second'))::int as waiting,
      count(*) filter (where counts)::int as decided,
      count(*) filter (where counts and why = 'sample' and verdict <> 'unsure')::int as sampled,
      count(*) filter (where counts and why = 'sample' and verdict = 'same')::int as "sampledRight",
      count(*) filter (where second and verdict <> 'same')::int as overruled,
      count(*) filter (where second)::int as second
    from match_decision d join match_pair p on p.id = d.pair_id where d.undone_at is null`.execute(tx)
  const { rows: tenths } = await sql<{ tenth: number; decided: number; same: number }>`
    select least(9, floor(10 / (1 + power(2.0, -p.weight / 1000.0))))::int as tenth, count(*)::int as decided,
      count(*) filter (where verdict = 'same')::int as same
    from match_decision d join match_pair p on p.id = d.pair_id
    where d.undone_at is null and d.counts and d.verdict <> 'unsure' and p.weight is not null
    group by 1`.execute(tx)
  return {
    runs: runs.map(({ number, at, by, model, counts }) => ({ ...counts, number, at, by, model })),
    quality: runs.flatMap(({ quality }) => quality.groups),
    clerical: clerical[0] ?? { waiting: 0, decided: 0, sampled: 0, sampledRight: 0, overruled: 0, second: 0 },
    byTenth: Object.fromEntries(tenths.map(({ tenth, decided, same }) => [tenth, { decided, same }])),
  }
}
