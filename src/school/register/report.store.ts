import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { Counts, Difference } from './import-report.ts'

const examplesOfEach = 100

export interface KindCounts extends Counts {
  readonly held: number
}

/** How many rows of a kind came to which verdict. */
export async function countVerdicts(tx: Tx, runId: string, kind: string): Promise<KindCounts> {
  const { rows } = await sql<{ verdict: string; n: number; held: number }>`select verdict, count(*)::int as n,
      (count(*) filter (where verdict = 'held' or cardinality(held) > 0))::int as held
    from import_verdict where run_id = ${runId} and kind = ${kind} group by verdict`.execute(tx)
  const of = (verdict: string): number => rows.find((row) => row.verdict === verdict)?.n ?? 0
  const held = rows.reduce((sum, row) => sum + row.held, 0)
  return { new: of('new'), changed: of('changed'), left: 0, unchanged: of('unchanged'), held }
}

/** A pupil with something new or changed nested in it has changed, in that kind. */
export async function foldNested(tx: Tx, runId: string): Promise<void> {
  await sql`update import_verdict v set verdict = 'changed', fields = v.fields || d.kinds
    from (select r.parent, array_agg(distinct n.kind order by n.kind) as kinds
      from import_verdict n
      join import_row r on r.school_urn = n.school_urn and r.run_id = n.run_id and r.kind = n.kind and r.row = n.row
      where n.run_id = ${runId} and n.kind <> 'pupils' and n.verdict in ('new', 'changed') group by r.parent) d
    where v.school_urn = app_school() and v.run_id = ${runId} and v.kind = 'pupils' and v.row = d.parent
      and v.verdict in ('changed', 'unchanged')`.execute(tx)
}

/** How many records change in each field. */
export async function countFields(tx: Tx, runId: string, kind: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ field: string; n: number }>`select field, count(*)::int as n
    from import_verdict v cross join unnest(v.fields) as field
    where v.run_id = ${runId} and v.kind = ${kind} and v.verdict = 'changed' group by field order by field`.execute(
    tx,
  )
  return Object.fromEntries(rows.map(({ field, n }) => [field, n]))
}

/** The first records of each kind of difference, in the order of the file; those who left come after. */
export async function exampleDifferences(
  tx: Tx,
  runId: string,
  kind: string,
  left: readonly string[],
): Promise<readonly Difference[]> {
  const { rows } =
    await sql<Difference>`select verdict, line, case when verdict = 'new' and kind = 'pupils' then null else pupil_id end as "pupilId", fields
    from (select v.kind, v.verdict, v.pupil_id, r.line, r.row, case when v.verdict = 'held' then v.held else v.fields end as fields,
        row_number() over (partition by v.verdict order by r.line, r.row) as nth
      from import_verdict v
      join import_row r on r.school_urn = v.school_urn and r.run_id = v.run_id and r.kind = v.kind and r.row = v.row
      where v.run_id = ${runId} and v.kind = ${kind} and v.verdict in ('new', 'changed', 'held')) x
    where nth <= ${examplesOfEach} order by line, row`.execute(tx)
  return [
    ...rows,
    ...left
      .slice(0, examplesOfEach)
      .map((pupilId) => ({ verdict: 'left' as const, line: null, pupilId, fields: ['leavingDate'] })),
  ]
}
