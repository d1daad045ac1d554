import type { Severity } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import {
  statusOf,
  unresolvedOf,
  type FindingFacts,
  type FindingStatus,
  type NoteFacts,
  type Unresolved,
} from './unresolved.ts'
import { notesOf } from './notes.store.ts'
import type { StoredReturn } from './returns.store.ts'

/** A finding as it is kept, with where it stands. */
export interface StoredFinding extends FindingFacts {
  readonly level: string
  readonly location: string
  readonly message: string
  readonly table: string | null
  readonly ordinal: number | null
  readonly line: number | null
  readonly items: readonly string[]
  readonly note: { readonly accepts: FindingFacts['accepts']; readonly says: string }
  readonly status: FindingStatus
}

/** Every finding of a return, in order. */
export async function findingsOf(
  tx: Tx,
  of: Pick<StoredReturn, 'laNumber' | 'source' | 'id'>,
): Promise<readonly StoredFinding[]> {
  const notes = await notesOf(tx, of)
  const rows = await tx
    .selectFrom('collected_finding')
    .selectAll()
    .where('la_number', '=', of.laNumber)
    .where('source', '=', of.source)
    .where('return_id', '=', of.id)
    .orderBy('number')
    .execute()
  return rows.map((row) => {
    const facts = factsOf(row)
    return {
      ...facts,
      level: row.level,
      location: row.location,
      message: row.message,
      table: row.table_name,
      ordinal: row.ordinal,
      line: row.line,
      items: row.items,
      note: { accepts: facts.accepts, says: row.note_says },
      status: statusOf(facts, notes),
    }
  })
}

const factsOf = (row: {
  number: number
  rule: string
  severity: string
  note_accepts: string
}): FindingFacts => ({
  number: row.number,
  rule: row.rule,
  severity: row.severity as Severity,
  accepts: row.note_accepts as FindingFacts['accepts'],
})

/** The findings of one rule, or all, as far as a note needs them. */
export async function findingFacts(
  tx: Tx,
  of: StoredReturn,
  rule?: string,
): Promise<readonly FindingFacts[]> {
  let query = tx
    .selectFrom('collected_finding')
    .select(['number', 'rule', 'severity', 'note_accepts'])
    .where('la_number', '=', of.laNumber)
    .where('source', '=', of.source)
    .where('return_id', '=', of.id)
  if (rule !== undefined) query = query.where('rule', '=', rule)
  return (await query.orderBy('number').execute()).map(factsOf)
}

/** What is left to do with a return, as it stands in this transaction. */
export async function unresolvedIn(tx: Tx, of: StoredReturn): Promise<Unresolved> {
  const notes: readonly NoteFacts[] = await notesOf(tx, of)
  return unresolvedOf(await findingFacts(tx, of), notes, of.leftOut)
}
