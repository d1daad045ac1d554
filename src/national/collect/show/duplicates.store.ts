import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import type { Round } from '../definitions.ts'

/** One record of a group, by place in its return: never who it is. */
export interface DuplicateRecord {
  readonly laNumber: string
  readonly source: string
  readonly name: string
  readonly return: string
  readonly ordinal: number
  readonly line: number
  readonly why: string
  readonly status: number
  readonly decidedBy: string | null
}

/** Records that share a pupil. Of others’ records the scope shows none: a group may look as if it had one member. */
export interface DuplicateGroup {
  readonly id: string
  readonly kind: 'same-upn' | 'same-person'
  /** False: registered at two schools as it should be, or moved. */
  readonly conflict: boolean
  readonly records: readonly DuplicateRecord[]
}

interface Row extends DuplicateRecord {
  readonly group: string
  readonly kind: DuplicateGroup['kind']
  readonly conflict: boolean
}

/** Groups of a round that the scope reaches into, those in conflict first: a page of them. `page` counts from 1. */
export async function duplicatesOf(
  tx: Tx,
  { collection, year, term }: Round,
  page: number,
  size: number,
): Promise<{
  readonly total: number
  readonly conflicts: number
  readonly groups: readonly DuplicateGroup[]
}> {
  const of = sql`d.collection = ${collection}::text and d.year = ${year}::int and d.term = ${term}::text`
  const { rows: counted } = await sql<{ total: number; conflicts: number }>`
    select count(*)::int as total, count(*) filter (where conflict)::int as conflicts from (
      select d.group_id, bool_or(d.conflict) as conflict from duplicate_candidate d where ${of} group by d.kind, d.group_id
    ) g`.execute(tx)
  const { rows } = await sql<Row>`
    with page as (
      select d.kind, d.group_id, bool_or(d.conflict) as any_conflict from duplicate_candidate d where ${of}
      group by d.kind, d.group_id order by any_conflict desc, d.kind, d.group_id
      limit ${size}::int offset ${(page - 1) * size}::int)
    select d.group_id as group, d.kind, page.any_conflict as conflict, d.la_number as "laNumber", d.source, s.name,
      d.return_id as return, d.ordinal, d.line, d.why, d.status, d.decided_by as "decidedBy"
    from page
    join duplicate_candidate d on d.kind = page.kind and d.group_id = page.group_id and ${of}
    join national_source s on s.la_number = d.la_number and s.source = d.source
    order by page.any_conflict desc, d.kind, d.group_id, d.la_number, s.name, d.ordinal`.execute(tx)
  const groups = [...Map.groupBy(rows, ({ kind, group }) => `${kind} ${group}`).values()].flatMap((own) => {
    const [first] = own
    return first ? [{ id: first.group, kind: first.kind, conflict: first.conflict, records: own }] : []
  })
  return { total: counted[0]?.total ?? 0, conflicts: counted[0]?.conflicts ?? 0, groups }
}
