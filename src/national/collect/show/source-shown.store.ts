import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { Round } from '../definitions.ts'
import { returnOf, selectReturns, type StoredReturn } from '../returns.store.ts'

/** One source, what is expected of it, and everything that was received from it. */
export interface SourceShown {
  readonly laNumber: string
  readonly source: string
  readonly name: string
  readonly kind: string
  readonly expected: readonly (Round & {
    readonly due: string | null
    readonly census: string
    readonly closed: boolean
    /** Null: nothing stands. */
    readonly return: string | null
  })[]
  /** Every version that was received, the newest first. */
  readonly received: readonly StoredReturn[]
}

/** @throws GatehouseError `not-found`, also where the scope does not reach it. */
export async function sourceShown(tx: Tx, laNumber: string, source: string): Promise<SourceShown> {
  const row = await tx
    .selectFrom('national_source')
    .select(['name', 'kind'])
    .where('la_number', '=', laNumber)
    .where('source', '=', source)
    .executeTakeFirst()
  if (!row) throw new GatehouseError('not-found', 'There is no such source.')
  const { rows } = await sql<SourceShown['expected'][number]>`
    select e.collection, e.year, e.term, coalesce(e.due, r.due)::text as due, r.census::text as census,
      r.closed_at is not null as closed, e.return_id as return
    from expected_return e
    join collection_round r on r.collection = e.collection and r.year = e.year and r.term = e.term
    where e.la_number = ${laNumber}::text and e.source = ${source}::text
    order by r.census desc, e.collection`.execute(tx)
  const received = await selectReturns(tx)
    .where('r.la_number', '=', laNumber)
    .where('r.source', '=', source)
    .orderBy('r.received_at', 'desc')
    .orderBy('r.version', 'desc')
    .execute()
  return { laNumber, source, ...row, expected: rows, received: received.map(returnOf) }
}
