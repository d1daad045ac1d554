import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'

/** A merge or a split of references. */
export interface MatchChange {
  readonly number: number
  readonly run: number
  readonly kind: 'merge' | 'split'
  readonly kept: string
  readonly other: string
  readonly identities: number
  readonly cause: 'returns' | 'decision' | 'undone'
  readonly by: string
  readonly at: Date
}

const columns = sql.raw('number::int as number, run, kind, kept, other, identities, cause, by_name as by, at')

/**
 * Merges and splits that a reader has not seen, the oldest first. What was released of any of their references is touched: who holds
 * it asks in their own name (`statistics`, `access`) and says `changesSeen` in the transaction that has dealt with them.
 */
export async function changesFor(tx: Tx, reader: string, most = 1000): Promise<readonly MatchChange[]> {
  const { rows } = await sql<MatchChange>`
    select ${columns} from match_change where number > coalesce((select number from match_change_reader where reader = ${reader}::text), 0)
    order by number limit ${most}::int`.execute(tx)
  return rows
}

export const changesSeen = (tx: Tx, reader: string, upTo: number): Promise<unknown> =>
  sql`insert into match_change_reader (reader, number) values (${reader}::text, ${upTo}::bigint)
    on conflict (reader) do update set number = greatest(match_change_reader.number, excluded.number)`.execute(
    tx,
  )

/** The newest merges and splits. */
export async function lastChanges(tx: Tx, most: number): Promise<readonly MatchChange[]> {
  const { rows } = await sql<MatchChange>`
    select ${columns} from match_change order by match_change.number desc limit ${most}::int`.execute(tx)
  return rows
}

/** Merges and splits of one reference, the oldest first. */
export async function changesOf(tx: Tx, pmr: string): Promise<readonly MatchChange[]> {
  const { rows } = await sql<MatchChange>`
    select ${columns} from match_change where kept = ${pmr}::text or other = ${pmr}::text order by match_change.number`.execute(
    tx,
  )
  return rows
}

/** The reference that one leads to now: itself, or the one that it was merged into. */
export async function currentReference(tx: Tx, pmr: string): Promise<string> {
  let at = pmr
  for (let steps = 0; steps < 100; steps++) {
    const { rows } = await sql<{ kind: string; kept: string }>`
      select kind, kept from match_change where other = ${at}::text order by number desc limit 1`.execute(tx)
    const [last] = rows
    if (last?.kind !== 'merge') return at
    at = last.kept
  }
  return at
}
