import { join } from 'node:path'
import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { Collector } from './collector.ts'
import type { Round } from './definitions.ts'
import { collectedFolder, exists, returnFolder, tableFile } from './return-files.ts'

/** A return that stands and was authorised: what the national side builds upon. */
export interface AuthorisedReturn extends Round {
  readonly id: string
  readonly laNumber: string
  readonly source: string
  readonly authorisedAt: Date
}

/** Every authorised return, the first authorised first; `since`: those of then and later. Asked in the collector’s scope. */
export async function authorisedReturns(
  tx: Tx,
  { since = null }: { readonly since?: Date | null } = {},
): Promise<readonly AuthorisedReturn[]> {
  const { rows } = await sql<AuthorisedReturn>`
    select r.id, r.la_number as "laNumber", r.source, r.collection, r.year, r.term, r.state_since as "authorisedAt"
    from expected_return e
    join collected_return r on r.la_number = e.la_number and r.source = e.source and r.id = e.return_id
    where r.state = 'authorised' and (${since?.toISOString() ?? null}::timestamptz is null
      or r.state_since >= ${since?.toISOString() ?? null}::timestamptz)
    order by r.state_since, r.id`.execute(tx)
  return rows
}

/** The folder under which all returns’ tables lie: what an engine that reads them must be allowed. */
export const tablesFolder = ({ home }: Pick<Collector, 'home'>): string => collectedFolder(home)

/** Where a return’s table lies as Parquet; null: the return has no row of it. */
export async function tableOf(
  { home }: Pick<Collector, 'home'>,
  of: Round & { readonly id: string },
  table: string,
): Promise<string | null> {
  const file = join(returnFolder(home, of, of.id), tableFile(table))
  return (await exists(file)) ? file : null
}
