import { sql } from 'kysely'
import type { ReturnState } from '../../../core/collections/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import type { Round } from '../definitions.ts'

export interface ListFilter {
  readonly state?: ReturnState | undefined
  readonly laNumber?: string | undefined
  /** Part of a source’s name, or the beginning of its number. */
  readonly find?: string | undefined
}

/** One source of a round, with the return that stands. */
export interface Listed {
  readonly laNumber: string
  readonly source: string
  readonly name: string
  /** Null: nothing stands. */
  readonly return: string | null
  readonly version: number | null
  readonly state: ReturnState
  readonly since: Date | null
  readonly errors: number
  readonly queries: number
}

export interface ReturnsPage {
  /** How many there are on all pages. */
  readonly total: number
  readonly rows: readonly Listed[]
}

/** The sources of a round by authority and name, as far as the scope reaches: a page of them. `page` counts from 1. */
export async function listReturns(
  tx: Tx,
  { collection, year, term }: Round,
  filter: ListFilter,
  page: number,
  size: number,
): Promise<ReturnsPage> {
  const find = filter.find?.trim() ?? ''
  const like = `%${find.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const from = sql`
    from expected_return e
    join national_source s on s.la_number = e.la_number and s.source = e.source
    left join collected_return r on r.la_number = e.la_number and r.source = e.source and r.id = e.return_id
    where e.collection = ${collection}::text and e.year = ${year}::int and e.term = ${term}::text
      and (${filter.laNumber ?? null}::text is null or e.la_number = ${filter.laNumber ?? null}::text)
      and (${filter.state ?? null}::text is null or coalesce(r.state, 'no-data') = ${filter.state ?? null}::text)
      and (${find}::text = '' or s.name ilike ${like}::text or s.source ilike ${like.slice(1)}::text)`
  const { rows: counted } = await sql<{ total: number }>`select count(*)::int as total ${from}`.execute(tx)
  const { rows } = await sql<Listed>`
    select e.la_number as "laNumber", e.source, s.name, r.id as return, r.version,
      coalesce(r.state, 'no-data') as state, r.state_since as since, coalesce(r.errors, 0) as errors,
      coalesce(r.queries, 0) as queries
    ${from}
    order by e.la_number, s.name, e.source limit ${size}::int offset ${(page - 1) * size}::int`.execute(tx)
  return { total: counted[0]?.total ?? 0, rows }
}
