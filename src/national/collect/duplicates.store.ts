import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Round } from './definitions.ts'

export interface LoadedReturn {
  readonly id: string
  readonly laNumber: string
  readonly source: string
  readonly schoolType: string
}

export interface KeptCandidate extends LoadedReturn {
  readonly lineage: string
  readonly kind: 'same-upn' | 'same-person'
  readonly group: string
  readonly ordinal: number
  readonly line: number
  readonly conflict: boolean
  readonly why: string
  readonly status: number
}

/** Returns of a round that stand and are loaded, by id. */
export async function loadedReturns(
  tx: Tx,
  { collection, year, term }: Round,
): Promise<ReadonlyMap<string, LoadedReturn>> {
  const { rows } = await sql<LoadedReturn>`
    select r.id, r.la_number as "laNumber", r.source, s.school_type as "schoolType"
    from expected_return e
    join collected_return r on r.la_number = e.la_number and r.source = e.source and r.id = e.return_id
    join national_source s on s.la_number = e.la_number and s.source = e.source
    where e.collection = ${collection}::text and e.year = ${year}::int and e.term = ${term}::text
      and r.state <> 'waiting-for-validation'
    order by r.la_number, r.source`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

const batch = 2000

/** Puts the candidates of a round in place of those of the last search, but for what a person decided of the same records. */
export async function keepCandidates(
  tx: Tx,
  { collection, year, term }: Round,
  candidates: readonly KeptCandidate[],
  at: Date,
): Promise<void> {
  const { rows: before } = await sql<{ lineages: string; lineage: string; status: number; by: string }>`
    select string_agg(lineage, ' ') over (partition by kind, group_id order by lineage
      rows between unbounded preceding and unbounded following) as lineages, lineage, status, decided_by as by
    from duplicate_candidate where collection = ${collection}::text and year = ${year}::int and term = ${term}::text
      and decided_by is not null`.execute(tx)
  const decided = new Map(before.map((row) => [`${row.lineages}|${row.lineage}`, row]))
  await sql`delete from duplicate_candidate
    where collection = ${collection}::text and year = ${year}::int and term = ${term}::text`.execute(tx)
  const together = new Map(
    [...Map.groupBy(candidates, ({ kind, group }) => `${kind} ${group}`)].map(([key, own]) => [
      key,
      own
        .map(({ lineage }) => lineage)
        .sort()
        .join(' '),
    ]),
  )
  for (let from = 0; from < candidates.length; from += batch) {
    const rows = JSON.stringify(
      candidates.slice(from, from + batch).map((each) => {
        const hand = decided.get(`${together.get(`${each.kind} ${each.group}`) ?? ''}|${each.lineage}`)
        return { ...each, status: hand?.status ?? each.status, by: hand?.by ?? null }
      }),
    )
    await sql`
      insert into duplicate_candidate (la_number, source, return_id, lineage, kind, collection, year, term, group_id, ordinal,
        line, conflict, why, status, decided_by, found_at)
      select "laNumber", source, id, lineage, kind, ${collection}::text, ${year}::int, ${term}::text, "group", ordinal, line,
        conflict, why, status, by, ${at.toISOString()}::timestamptz
      from jsonb_to_recordset(${rows}::text::jsonb) as c("laNumber" text, source text, id uuid, lineage text, kind text,
        "group" uuid, ordinal int, line int, conflict boolean, why text, status int, by text)`.execute(tx)
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws GatehouseError `not-found` where the group has no record at this place */
export async function lineageInGroup(
  tx: Tx,
  group: string,
  at: { readonly return: string; readonly ordinal: number },
): Promise<string> {
  const row =
    uuid.test(group) && uuid.test(at.return) && Number.isSafeInteger(at.ordinal)
      ? await tx
          .selectFrom('duplicate_candidate')
          .select('lineage')
          .where('group_id', '=', group)
          .where('return_id', '=', at.return)
          .where('ordinal', '=', at.ordinal)
          .executeTakeFirst()
      : undefined
  if (!row) throw new GatehouseError('not-found', 'The group has no such record.')
  return row.lineage
}

/**
 * A person says which record of a group is the main one.
 * @throws GatehouseError `not-found`
 */
export async function decideGroup(tx: Tx, group: string, main: string, by: string): Promise<void> {
  const rows = await tx
    .selectFrom('duplicate_candidate')
    .select('lineage')
    .where('group_id', '=', group)
    .execute()
  if (!rows.some(({ lineage }) => lineage === main))
    throw new GatehouseError('not-found', 'The group has no such record.')
  await sql`update duplicate_candidate set status = case when lineage = ${main}::text then 9 else 109 end,
    decided_by = ${by}::text where group_id = ${group}::uuid`.execute(tx)
}
