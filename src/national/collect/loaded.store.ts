import { sql } from 'kysely'
import type { Finding, Measures, ReturnState } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { NationalActor } from '../../core/vocabulary/index.ts'
import { addEvent } from './events.store.ts'
import type { Loaded } from './load-batch.ts'

/** Beyond this many findings of one return, the rest are counted only. */
export const mostFindings = 20_000

export interface Waiting {
  readonly laNumber: string
  readonly source: string
  readonly id: string
}

/**
 * Records that a return was loaded: its findings, its measures, its state. False where it no longer waits under this owner’s
 * claim: then somebody else did it.
 */
export async function recordLoaded(
  tx: Tx,
  { laNumber, source, id }: Waiting,
  owner: string,
  loaded: Loaded,
  before: Measures,
  actor: NationalActor,
  at: Date,
): Promise<boolean> {
  const { findings, measures, moreNotes } = loaded
  const kept = findings.slice(0, mostFindings)
  const errors = findings.filter(({ severity }) => severity === 'error').length + moreNotes
  const state = await stateOf(tx, { laNumber, source, id })
  const { rows } = await sql<{ id: string }>`
    update collected_return set state = ${state}::text, state_since = ${at.toISOString()}::timestamptz, claimed_by = null,
      claimed_until = null, measures = ${JSON.stringify(measures)}::text::jsonb, before = ${JSON.stringify(before)}::text::jsonb,
      errors = ${errors}::int, queries = ${findings.length + moreNotes - errors}::int,
      findings_left_out = ${findings.length - kept.length + moreNotes}::int
    where la_number = ${laNumber}::text and source = ${source}::text and id = ${id}::uuid
      and state = 'waiting-for-validation' and claimed_by = ${owner}::text returning id`.execute(tx)
  if (rows.length === 0) return false
  if (kept.length > 0) await addFindings(tx, { laNumber, source, id }, kept)
  const event = { laNumber, source, returnId: id, move: 'validate', from: 'waiting-for-validation' } as const
  await addEvent(tx, { ...event, to: state, actor, reason: null, at })
  return true
}

/** A replacement of what was submitted before is an amendment, and says whose. */
async function stateOf(tx: Tx, { laNumber, source, id }: Waiting): Promise<ReturnState> {
  const row = await tx
    .selectFrom('collected_return as new')
    .leftJoin('collected_return as old', (join) =>
      join
        .onRef('old.la_number', '=', 'new.la_number')
        .onRef('old.source', '=', 'new.source')
        .onRef('old.id', '=', 'new.replaces'),
    )
    .select(['new.received_as', 'old.state'])
    .where('new.la_number', '=', laNumber)
    .where('new.source', '=', source)
    .where('new.id', '=', id)
    .executeTakeFirst()
  const was = row?.state as ReturnState | null | undefined
  if (!was || was === 'loaded-and-validated' || was === 'waiting-for-validation')
    return 'loaded-and-validated'
  return row?.received_as === 'source' ? 'amended-by-source' : 'amended-by-agent'
}

function addFindings(
  tx: Tx,
  { laNumber, source, id }: Waiting,
  findings: readonly Finding[],
): Promise<unknown> {
  const rows = JSON.stringify(
    findings.map((finding, i) => ({
      number: i + 1,
      rule: finding.rule,
      severity: finding.severity,
      level: finding.level,
      location: finding.location,
      message: finding.message,
      table_name: finding.table,
      ordinal: finding.ordinal,
      line: finding.line,
      items: finding.items,
      accepts: finding.note.accepts,
      says: finding.note.says,
    })),
  )
  return sql`
    insert into collected_finding (la_number, source, return_id, number, rule, severity, level, location, message, table_name,
      ordinal, line, items, note_accepts, note_says)
    select ${laNumber}::text, ${source}::text, ${id}::uuid, number, rule, severity, level, location, message, table_name,
      ordinal, line, array(select jsonb_array_elements_text(items)), accepts, says
    from jsonb_to_recordset(${rows}::text::jsonb) as f(number int, rule text, severity text, level text, location text,
      message text, table_name text, ordinal int, line int, items jsonb, accepts text, says text)`.execute(tx)
}
