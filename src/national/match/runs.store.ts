import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { segmentKinds, type Segment, type SegmentKind } from './state-files.ts'

/** Where the matching stands: the last run, and every file that counts. */
export interface MatchState {
  /** 0: nothing was matched yet. */
  readonly run: number
  readonly model: number
  readonly segments: readonly Segment[]
}

export const ofKind = ({ segments }: Pick<MatchState, 'segments'>, kind: SegmentKind): readonly Segment[] =>
  segments.filter((each) => each.kind === kind)

type Files = Readonly<Partial<Record<SegmentKind, { readonly name: string; readonly sha256: string }>>>

/** The state as it is, or as it was after a run. */
export async function stateOf(tx: Tx, asOf: number | null = null): Promise<MatchState> {
  const { rows } = await sql<{ number: number; model: number; files: Files }>`
    select number, model, files from match_run
    where ${asOf}::int is null or number <= ${asOf}::int order by number`.execute(tx)
  const last = rows.at(-1)
  return {
    run: last?.number ?? 0,
    model: last?.model ?? 0,
    segments: rows.flatMap(({ number, files }) =>
      segmentKinds.flatMap((kind) => {
        const file = files[kind]
        return file ? [{ run: number, kind, ...file }] : []
      }),
    ),
  }
}

/** The last run that was made on or before an instant; 0: none. */
export async function runAt(tx: Tx, at: Date): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    select coalesce(max(number), 0)::int as number from match_run where at <= ${at.toISOString()}::timestamptz`.execute(
    tx,
  )
  return rows[0]?.number ?? 0
}

/** By return, the run that read it. */
export async function runsOfReturns(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; run: number }>`
    select return_id as id, run from match_return where return_id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map(({ id, run }) => [id, run]))
}
