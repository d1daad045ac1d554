import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Finding, TermDefinition } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { notesToCarry, type CarriedNote } from './carry-notes.ts'
import { asCollector, type Collector } from './collector.ts'
import type { Round } from './definitions.ts'
import { findingsOf, type StoredFinding } from './findings.store.ts'
import { mostFindings, type Waiting } from './loaded.store.ts'
import { notesOf, type StoredNote } from './notes.store.ts'
import { returnFolder } from './return-files.ts'
import { recordKeys } from './same-record.ts'

/** A return that was loaded and put in place, with what was found in it. */
export interface Placed {
  readonly id: string
  readonly round: Round
  readonly findings: readonly Finding[]
}

/** The notes that stand on these returns from the versions that they replace, by return. Nothing is written yet. */
export async function carriedNotes(
  collector: Collector,
  definition: TermDefinition,
  batch: readonly Placed[],
): Promise<ReadonlyMap<string, readonly CarriedNote[]>> {
  const carried = new Map<string, readonly CarriedNote[]>()
  for (const before of await asCollector(collector).read((tx) => answeredBefore(tx, batch))) {
    const now = batch.find(({ id }) => id === before.for)
    if (!now) continue
    const findings = now.findings.slice(0, mostFindings).map((finding, i) => ({
      number: i + 1,
      rule: finding.rule,
      severity: finding.severity,
      accepts: finding.note.accepts,
      table: finding.table,
      ordinal: finding.ordinal,
      items: finding.items,
    }))
    const rules = new Set(before.notes.map(({ rule }) => rule))
    const tables = new Set(
      before.findings.flatMap(({ rule, table }) => (table !== null && rules.has(rule) ? [table] : [])),
    )
    const folders = [before.id, now.id].map((id) => returnFolder(collector.home, now.round, id)) as [
      string,
      string,
    ]
    const keys = await recordKeys(
      collector.home,
      definition,
      folders,
      tables,
      collector.workflow.notes.sameRecord,
    )
    const own = notesToCarry(
      before.notes,
      { findings: before.findings, keys: keys[0] },
      { findings, keys: keys[1] },
    )
    const { acceptConfirmations } = collector.workflow.notes
    carried.set(
      now.id,
      own.map((note) => ({ ...note, enough: note.enough && acceptConfirmations })),
    )
  }
  return carried
}

interface AnsweredBefore {
  /** The version it is of, and the one that replaces it. */
  readonly id: string
  readonly for: string
  readonly findings: readonly StoredFinding[]
  readonly notes: readonly StoredNote[]
}

/** Of each return, the last version before it that was loaded, where notes stand on it. */
async function answeredBefore(tx: Tx, batch: readonly Placed[]): Promise<readonly AnsweredBefore[]> {
  const ids = JSON.stringify(batch.map(({ id }) => id))
  const { rows } = await sql<{ for: string; id: string; laNumber: string; source: string }>`
    with recursive chain as (
      select r.id as for, r.la_number, r.source, r.replaces, 0 as step
      from jsonb_array_elements_text(${ids}::text::jsonb) as b(id) join collected_return r on r.id = b.id::uuid
      where r.replaces is not null
      union all
      select c.for, c.la_number, c.source, old.replaces, c.step + 1
      from chain c join collected_return old on old.la_number = c.la_number and old.source = c.source and old.id = c.replaces
      where old.state = 'waiting-for-validation' and old.replaces is not null)
    select distinct on (c.for) c.for, old.id, old.la_number as "laNumber", old.source
    from chain c join collected_return old on old.la_number = c.la_number and old.source = c.source and old.id = c.replaces
    where old.state <> 'waiting-for-validation'
      and exists (select 1 from return_note n where n.la_number = old.la_number and n.source = old.source and n.return_id = old.id)
    order by c.for, c.step`.execute(tx)
  const found: AnsweredBefore[] = []
  for (const { for: by, ...of } of rows)
    found.push({ id: of.id, for: by, findings: await findingsOf(tx, of), notes: await notesOf(tx, of) })
  return found
}

/**
 * Writes them down with their own author and time. What was accepted on the version before is to be decided again, as an approval
 * is, but for what nobody has to decide on. What was rejected stays so, with who rejected it and why.
 */
export async function addCarried(
  tx: Tx,
  { laNumber, source, id }: Waiting,
  notes: readonly CarriedNote[],
  at: Date,
): Promise<void> {
  if (notes.length === 0) return
  const rows = JSON.stringify(
    notes.map(({ from, findings, enough, rejected }) => ({
      id: randomUUID(),
      from,
      findings,
      accepted: enough,
      rejected,
    })),
  )
  await sql`
    insert into return_note (la_number, source, return_id, id, kind, rule, findings, text, author, author_role, written_at,
      outcome, outcome_reason, outcome_by, outcome_at, superseded, carried_from)
    select n.la_number, n.source, ${id}::uuid, c.id, n.kind, n.rule, c.findings, n.text, n.author, n.author_role, n.written_at,
      case when c.rejected then 'rejected' when c.accepted then 'accepted' end, case when c.rejected then n.outcome_reason end,
      case when c.rejected then n.outcome_by when c.accepted then 'rule' end,
      case when c.rejected then n.outcome_at when c.accepted then ${at.toISOString()}::timestamptz end, n.superseded, n.id
    from jsonb_to_recordset(${rows}::text::jsonb) as c(id uuid, "from" uuid, findings jsonb, accepted boolean, rejected boolean)
    join return_note n on n.la_number = ${laNumber}::text and n.source = ${source}::text and n.id = c."from"
    where n.return_id <> ${id}::uuid`.execute(tx)
}
