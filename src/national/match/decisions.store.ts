import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'

/** What counts of what people said of two identities. */
export interface Said {
  readonly a: string
  readonly b: string
  readonly verdict: 'same' | 'not-same' | 'unsure'
  /** Not yet applied by a run, or undone since. */
  readonly now: boolean
}

/** The last word on each pair; one that was undone and not yet taken back comes as `unsure`. */
export async function saidSince(tx: Tx): Promise<readonly Said[]> {
  const { rows } = await sql<Said>`
    select distinct on (a, b) a, b, case when undone_at is null then verdict else 'unsure' end as verdict,
      applied_in is null as now
    from match_decision where counts order by a, b, at desc, id`.execute(tx)
  return rows
}

export async function sealedDigests(tx: Tx): Promise<readonly string[]> {
  const { rows } = await sql<{ digest: string }>`select digest from match_sealed order by digest`.execute(tx)
  return rows.map(({ digest }) => digest)
}

/** Those of the returns that no run has read. */
export async function unmatchedOf<T extends { readonly id: string }>(
  tx: Tx,
  returns: readonly T[],
): Promise<readonly T[]> {
  const { rows } = await sql<{ id: string }>`select return_id as id from match_return`.execute(tx)
  const known = new Set(rows.map(({ id }) => id))
  return returns.filter(({ id }) => !known.has(id))
}
