import { sql } from 'kysely'
import { returnStates, type ReturnState } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { dateInEngland } from '../../core/vocabulary/index.ts'
import type { Round } from './definitions.ts'
import type { OpenRound } from './rounds.store.ts'

/** How far a round has come: in one authority’s area, or in all. */
export interface Progress {
  /** Null: all. */
  readonly laNumber: string | null
  readonly expected: number
  readonly states: Readonly<Record<ReturnState, number>>
  readonly errors: number
  readonly queries: number
}

/** Days from a date in England to another; negative once it has passed. */
export const daysTo = (date: string, at: Date): number =>
  Math.round((Date.parse(`${date}T00:00:00Z`) - Date.parse(`${dateInEngland(at)}T00:00:00Z`)) / 86_400_000)

/** By authority, as far as the scope reaches, and all of them together at the end. */
export async function progressOf(tx: Tx, { collection, year, term }: Round): Promise<readonly Progress[]> {
  const { rows } = await sql<{
    la: string
    state: ReturnState
    many: number
    errors: number
    queries: number
  }>`
    select e.la_number as la, coalesce(r.state, 'no-data') as state, count(*)::int as many,
      coalesce(sum(r.errors), 0)::float8 as errors, coalesce(sum(r.queries), 0)::float8 as queries
    from expected_return e
    left join collected_return r on r.la_number = e.la_number and r.source = e.source and r.id = e.return_id
    where e.collection = ${collection}::text and e.year = ${year}::int and e.term = ${term}::text
    group by 1, 2 order by 1`.execute(tx)
  const byAuthority = [...Map.groupBy(rows, ({ la }) => la)].map(([la, own]) => sumOf(la, own))
  return [...byAuthority, sumOf(null, rows)]
}

function sumOf(
  laNumber: string | null,
  rows: readonly { state: ReturnState; many: number; errors: number; queries: number }[],
): Progress {
  const states = Object.fromEntries(returnStates.map((state) => [state, 0])) as Record<ReturnState, number>
  let [expected, errors, queries] = [0, 0, 0]
  for (const row of rows) {
    states[row.state] += row.many
    expected += row.many
    errors += row.errors
    queries += row.queries
  }
  return { laNumber, expected, states, errors, queries }
}

/** A source whose return is not where it should be by now. */
export interface Chased {
  readonly laNumber: string
  readonly source: string
  readonly name: string
  readonly state: ReturnState
  readonly due: string | null
  /** Negative: late. Null: the round has no deadline. */
  readonly days: number | null
  readonly errors: number
  readonly queries: number
}

/** Whom to chase: sources that have sent nothing, or have not submitted, from some days before the deadline on. */
export async function chaseList(
  tx: Tx,
  round: OpenRound,
  daysBefore: number,
  at: Date,
): Promise<readonly Chased[]> {
  const { rows } = await sql<Omit<Chased, 'days'>>`
    select e.la_number as "laNumber", e.source, s.name, coalesce(r.state, 'no-data') as state,
      coalesce(e.due, ${round.due}::date)::text as due, coalesce(r.errors, 0) as errors, coalesce(r.queries, 0) as queries
    from expected_return e
    join national_source s on s.la_number = e.la_number and s.source = e.source
    left join collected_return r on r.la_number = e.la_number and r.source = e.source and r.id = e.return_id
    where e.collection = ${round.collection}::text and e.year = ${round.year}::int and e.term = ${round.term}::text
      and coalesce(r.state, 'no-data') not in ('submitted', 'approved', 'authorised')
    order by e.la_number, s.name, e.source`.execute(tx)
  return rows
    .map((row) => ({ ...row, days: row.due === null ? null : daysTo(row.due, at) }))
    .filter(({ days }) => days === null || days <= daysBefore)
}

/** Which returns wait for somebody: an authority for those to approve, the collector for those to authorise. */
export type Queue = 'validation' | 'explanation' | 'approval' | 'authorisation'

export interface Queued {
  readonly return: string
  readonly laNumber: string
  readonly source: string
  readonly name: string
  readonly collection: string
  readonly year: number
  readonly term: string
  readonly state: ReturnState
  readonly since: Date
  readonly errors: number
  readonly queries: number
  readonly queue: Queue
}

/** Every return that waits, the longest first. */
export async function queues(tx: Tx, round: Partial<Round> = {}): Promise<readonly Queued[]> {
  const { rows } = await sql<Queued>`
    select r.id as return, r.la_number as "laNumber", r.source, s.name, r.collection, r.year, r.term, r.state,
      r.state_since as since, r.errors, r.queries,
      case when r.state = 'waiting-for-validation' then 'validation'
        when r.state = 'submitted' and e.approver = 'authority' then 'approval'
        when r.state in ('submitted', 'approved') then 'authorisation'
        else 'explanation' end as queue
    from expected_return e
    join national_source s on s.la_number = e.la_number and s.source = e.source
    join collected_return r on r.la_number = e.la_number and r.source = e.source and r.id = e.return_id
    where r.state <> 'authorised'
      and (${round.collection ?? null}::text is null or e.collection = ${round.collection ?? null}::text)
      and (${round.year ?? null}::int is null or e.year = ${round.year ?? null}::int)
      and (${round.term ?? null}::text is null or e.term = ${round.term ?? null}::text)
    order by r.state_since, r.id limit 1000`.execute(tx)
  return rows
}
