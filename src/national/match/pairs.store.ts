import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

export type PairReason = 'between' | 'numbers' | 'tie' | 'apart' | 'sample'
export type PairState = 'open' | 'second' | 'decided' | 'gone'
export type Verdict = 'same' | 'not-same' | 'unsure'

/** Two identities before a person, without what they are. */
export interface QueuedPair {
  readonly id: string
  readonly why: PairReason
  readonly state: PairState
  /** Bits; null: a pass alone found it. */
  readonly weight: number | null
  readonly pmrA: string
  readonly pmrB: string
  readonly run: number
}

export interface StoredPair extends QueuedPair {
  readonly a: string
  readonly b: string
  readonly sides: Uint8Array
}

export interface PairDecision {
  readonly id: string
  readonly pair: string
  readonly verdict: Verdict
  readonly reason: string
  readonly by: string
  readonly at: Date
  readonly counts: boolean
  readonly second: boolean
  readonly undone: { readonly by: string; readonly at: Date; readonly reason: string } | null
}

const columns = sql.raw(
  `id, why, state, weight / 1000.0::float8 as weight, pmr_a as "pmrA", pmr_b as "pmrB", found_in as run`,
)

/** Pairs that wait for somebody, those for a second opinion first, then the heaviest. */
export async function waitingPairs(
  tx: Tx,
  { from = 0, most = 25 }: { readonly from?: number; readonly most?: number } = {},
): Promise<{ readonly total: number; readonly pairs: readonly QueuedPair[] }> {
  const { rows } = await sql<QueuedPair & { total: number }>`
    select ${columns}, (count(*) over ())::int as total from match_pair where state in ('open', 'second')
    order by (state = 'second') desc, match_pair.weight desc nulls last, id limit ${most}::int offset ${from}::int`.execute(
    tx,
  )
  return {
    total: rows[0]?.total ?? 0,
    pairs: rows.map(({ id, why, state, weight, pmrA, pmrB, run }) => ({
      id,
      why,
      state,
      weight,
      pmrA,
      pmrB,
      run,
    })),
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws GatehouseError `not-found` */
export async function findPair(tx: Tx, id: string): Promise<StoredPair> {
  const { rows } = uuid.test(id)
    ? await sql<StoredPair>`select ${columns}, a, b, sides from match_pair where id = ${id}::uuid`.execute(tx)
    : { rows: [] }
  const [pair] = rows
  if (!pair) throw new GatehouseError('not-found', 'There is no such pair.')
  return pair
}

interface DecisionRow extends Omit<PairDecision, 'undone'> {
  readonly undone_by: string | null
  readonly undone_at: Date | null
  readonly undone_reason: string | null
}

const decisionColumns = sql.raw(
  'd.id, d.pair_id as pair, d.verdict, d.reason, d.by_name as by, d.at, d.counts, d.second, d.undone_by, d.undone_at, d.undone_reason',
)

const decisionOf = ({ undone_by, undone_at, undone_reason, ...row }: DecisionRow): PairDecision => ({
  ...row,
  undone:
    undone_by === null || undone_at === null
      ? null
      : { by: undone_by, at: undone_at, reason: undone_reason ?? '' },
})

/** What was said of a pair, in order. */
export async function decisionsOf(tx: Tx, pair: string): Promise<readonly PairDecision[]> {
  const { rows } = await sql<DecisionRow>`
    select ${decisionColumns} from match_decision d where d.pair_id = ${pair}::uuid order by d.at, d.id`.execute(
    tx,
  )
  return rows.map(decisionOf)
}

/** What was said of pairs of one child. */
export async function decisionsAbout(tx: Tx, pmr: string): Promise<readonly PairDecision[]> {
  const { rows } = await sql<DecisionRow>`
    select ${decisionColumns} from match_decision d join match_pair p on p.id = d.pair_id
    where p.pmr_a = ${pmr}::text or p.pmr_b = ${pmr}::text order by d.at, d.id`.execute(tx)
  return rows.map(decisionOf)
}

export interface NewDecision {
  readonly verdict: Verdict
  readonly reason: string
  readonly by: string
  readonly counts: boolean
  readonly second: boolean
  readonly at: Date
}

export async function addDecision(tx: Tx, pair: StoredPair, of: NewDecision): Promise<void> {
  await sql`
    insert into match_decision (pair_id, a, b, verdict, reason, by_name, at, counts, second)
    values (${pair.id}::uuid, ${pair.a}::uuid, ${pair.b}::uuid, ${of.verdict}::text, ${of.reason}::text, ${of.by}::text,
      ${of.at.toISOString()}::timestamptz, ${of.counts}::boolean, ${of.second}::boolean)`.execute(tx)
  await sql`update match_pair set state = ${of.counts ? 'decided' : 'second'}::text where id = ${pair.id}::uuid`.execute(
    tx,
  )
}

/** Takes a decision back; it is applied anew by the next run. @throws GatehouseError `not-found`, `conflict` */
export async function undo(
  tx: Tx,
  decision: string,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<void> {
  const { rows } = uuid.test(decision)
    ? await sql<{ pair: string; undone: boolean; counts: boolean }>`
        select pair_id as pair, undone_at is not null as undone, counts from match_decision where id = ${decision}::uuid`.execute(
        tx,
      )
    : { rows: [] }
  const [row] = rows
  if (!row) throw new GatehouseError('not-found', 'There is no such decision.')
  if (row.undone || !row.counts) throw new GatehouseError('conflict', 'The decision doesn’t count any more.')
  await sql`
    update match_decision set undone_by = ${by}::text, undone_at = ${at.toISOString()}::timestamptz,
      undone_reason = ${reason}::text, applied_in = null where id = ${decision}::uuid`.execute(tx)
  await sql`update match_pair set state = 'open' where id = ${row.pair}::uuid`.execute(tx)
}
