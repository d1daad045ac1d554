import { sql } from 'kysely'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector, type Person } from '../collect/index.ts'
import type { Change } from './assign-references.ts'
import type { Quality } from './quality.ts'
import type { NewPair } from './queue-pairs.ts'
import type { RunFiles } from './write-segments.ts'

export interface RunCounts {
  readonly returns: number
  readonly records: number
  readonly identities: number
  readonly fresh: number
  readonly edges: number
  readonly people: number
  readonly newPeople: number
  readonly merges: number
  readonly splits: number
  readonly queued: number
  readonly components: number
}

export interface RunToCommit {
  readonly run: number
  readonly at: Date
  readonly model: number
  readonly files: RunFiles
  readonly counts: RunCounts
  readonly quality: Quality
  readonly returns: readonly { readonly id: string; readonly records: number }[]
  readonly pairs: readonly NewPair[]
  readonly changes: readonly Change[]
  /** A decision was taken back. */
  readonly undone: boolean
}

const portion = 500

/** Makes the run count, in one transaction. @throws GatehouseError `conflict` where another run came first */
export async function commitRun(collector: Collector, person: Person, run: RunToCommit): Promise<void> {
  const at = run.at.toISOString()
  const by = person.actor.name
  await collector.turn.pass(() =>
    asCollector(collector, person.actor).write(async (tx) => {
      const { rows } = await sql<{ last: number }>`
        select coalesce(max(number), 0)::int as last from match_run`.execute(tx)
      if (rows[0]?.last !== run.run - 1)
        throw new GatehouseError('conflict', 'Another matching run came first.', {
          todo: 'Run it again: what the other one matched is not matched twice.',
        })
      const kind = run.returns.length > 0 ? 'returns' : 'decisions'
      await sql`
        insert into match_run (number, kind, at, by_name, model, files, counts, quality)
        values (${run.run}::int, ${kind}::text, ${at}::timestamptz, ${by}::text, ${run.model}::int,
          ${JSON.stringify(run.files)}::jsonb, ${JSON.stringify(run.counts)}::jsonb, ${JSON.stringify(run.quality)}::jsonb)`.execute(
        tx,
      )
      for (let i = 0; i < run.returns.length; i += portion) {
        const own = run.returns.slice(i, i + portion)
        await sql`
          insert into match_return (return_id, run, records)
          select id, ${run.run}::int, records from unnest(${own.map(({ id }) => id)}::uuid[], ${own.map(({ records }) => records)}::int[]) as t (id, records)`.execute(
          tx,
        )
      }
      await sql`update match_decision set applied_in = ${run.run}::int where applied_in is null and counts`.execute(
        tx,
      )
      for (const { kind: what, kept, other, nodes } of run.changes)
        await sql`
          insert into match_change (run, kind, kept, other, identities, cause, evidence, by_name, at)
          values (${run.run}::int, ${what}::text, ${kept}::text, ${other}::text, ${nodes.length}::int,
            ${run.returns.length > 0 ? 'returns' : run.undone ? 'undone' : 'decision'}::text, ${JSON.stringify({ nodes: nodes.slice(0, 50) })}::jsonb,
            ${by}::text, ${at}::timestamptz)`.execute(tx)
      for (const pair of run.pairs)
        await sql`
          insert into match_pair (a, b, pmr_a, pmr_b, why, weight, found_in, sides, state)
          select ${pair.a}::uuid, ${pair.b}::uuid, ${pair.pmrA}::text, ${pair.pmrB}::text, ${pair.why}::text, ${pair.weight}::int,
            ${run.run}::int, ${pair.sides}::bytea, 'open'
          where not exists (select 1 from match_pair o where o.state in ('open', 'second') and o.why <> 'sample' and ${pair.why}::text <> 'sample'
            and o.pmr_a in (${pair.pmrA}::text, ${pair.pmrB}::text) and o.pmr_b in (${pair.pmrA}::text, ${pair.pmrB}::text))
          on conflict (a, b) do nothing`.execute(tx)
      // References that lead elsewhere now: pairs follow, and those of one child need nobody.
      for (const { kind: what, kept, other } of run.changes)
        if (what === 'merge') {
          await sql`update match_pair set pmr_a = ${kept}::text where pmr_a = ${other}::text and state in ('open', 'second')`.execute(
            tx,
          )
          await sql`update match_pair set pmr_b = ${kept}::text where pmr_b = ${other}::text and state in ('open', 'second')`.execute(
            tx,
          )
        }
      if (run.changes.length > 0)
        await sql`update match_pair set state = 'gone' where pmr_a = pmr_b and why <> 'sample' and state in ('open', 'second')`.execute(
          tx,
        )
    }),
  )
}
