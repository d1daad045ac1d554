import { randomUUID } from 'node:crypto'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type NationalActor } from '../../core/vocabulary/index.ts'
import { wordsRejected } from './rejected-words.ts'
import type { StoredReturn } from './returns.store.ts'
import { answering, type NoteFacts } from './unresolved.ts'

export const noteKinds = [
  'explanation',
  'confirmation',
  'correction-made',
  'authority-comment',
  'collector-reply',
] as const
export type NoteKind = (typeof noteKinds)[number]

/** What somebody wrote about a return, and what the collector made of it. */
export interface StoredNote extends NoteFacts {
  readonly kind: NoteKind
  readonly text: string
  readonly author: string
  readonly role: string
  readonly at: Date
  readonly reason: string | null
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  readonly supersedes: string | null
  /** The same note on the version before; null: it was written on this one. */
  readonly carriedFrom: string | null
}

export async function notesOf(
  tx: Tx,
  of: Pick<StoredReturn, 'laNumber' | 'source' | 'id'>,
): Promise<readonly StoredNote[]> {
  const rows = await tx
    .selectFrom('return_note')
    .selectAll()
    .where('la_number', '=', of.laNumber)
    .where('source', '=', of.source)
    .where('return_id', '=', of.id)
    .orderBy('written_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as NoteKind,
    rule: row.rule,
    findings: row.findings as readonly number[] | null,
    outcome: row.outcome as StoredNote['outcome'],
    superseded: row.superseded,
    text: row.text,
    author: row.author,
    role: row.author_role,
    at: row.written_at,
    reason: row.outcome_reason,
    decidedBy: row.outcome_by,
    decidedAt: row.outcome_at,
    supersedes: row.supersedes,
    carriedFrom: row.carried_from,
  }))
}

export interface NewNote {
  readonly kind: NoteKind
  readonly rule: string | null
  readonly findings: readonly number[] | null
  readonly text: string
  readonly supersedes: string | null
}

/** `accepted`: the rule takes it without anybody’s decision; a person may still reject it. */
export async function addNote(
  tx: Tx,
  of: StoredReturn,
  note: NewNote,
  actor: NationalActor,
  at: Date,
  accepted: boolean,
): Promise<string> {
  const id = randomUUID()
  if (note.supersedes !== null) {
    const before = await tx
      .updateTable('return_note')
      .set({ superseded: true })
      .where('la_number', '=', of.laNumber)
      .where('source', '=', of.source)
      .where('return_id', '=', of.id)
      .where('id', '=', note.supersedes)
      .where('author_role', '=', actor.role)
      .where('superseded', '=', false)
      .executeTakeFirst()
    if (before.numUpdatedRows !== 1n)
      throw new GatehouseError('not-found', 'There is no such note of your own to put another in place of.')
  }
  await tx
    .insertInto('return_note')
    .values({
      la_number: of.laNumber,
      source: of.source,
      return_id: of.id,
      id,
      kind: note.kind,
      rule: note.rule,
      findings: note.findings === null ? null : JSON.stringify(note.findings),
      text: note.text,
      author: actor.name,
      author_role: actor.role,
      written_at: at,
      supersedes: note.supersedes,
      ...(accepted && { outcome: 'accepted', outcome_by: 'rule', outcome_at: at }),
    })
    .execute()
  return id
}

/**
 * Accepts every answer that waits for a decision, of one rule or of all, but for words that were rejected on the same finding.
 * Returns their ids.
 */
export async function acceptWaiting(
  tx: Tx,
  of: StoredReturn,
  rule: string | null,
  reason: string,
  actor: NationalActor,
  at: Date,
): Promise<readonly string[]> {
  const notes = await notesOf(tx, of)
  const bad = notes.filter((note) => note.outcome === null && wordsRejected(note, notes)).map(({ id }) => id)
  let query = tx
    .updateTable('return_note')
    .set({ outcome: 'accepted', outcome_reason: reason, outcome_by: actor.name, outcome_at: at })
    .where('la_number', '=', of.laNumber)
    .where('source', '=', of.source)
    .where('return_id', '=', of.id)
    .where('superseded', '=', false)
    .where('outcome', 'is', null)
    .where('kind', 'in', answering)
  if (rule !== null) query = query.where('rule', '=', rule)
  if (bad.length > 0) query = query.where('id', 'not in', bad)
  return (await query.returning('id').execute()).map(({ id }) => id)
}

/** @throws GatehouseError `not-found`, or `conflict` where it was decided or superseded meanwhile. */
export async function setOutcome(
  tx: Tx,
  of: StoredReturn,
  id: string,
  outcome: { readonly accepted: boolean; readonly reason: string | null },
  actor: NationalActor,
  at: Date,
): Promise<void> {
  const note = (await notesOf(tx, of)).find((each) => each.id === id)
  if (!note) throw new GatehouseError('not-found', 'There is no such note on this return.')
  if (note.superseded)
    throw new GatehouseError('conflict', 'Another note stands in place of this one.', {
      todo: 'Decide on that one.',
    })
  await tx
    .updateTable('return_note')
    .set({
      outcome: outcome.accepted ? 'accepted' : 'rejected',
      outcome_reason: outcome.reason,
      outcome_by: actor.name,
      outcome_at: at,
    })
    .where('la_number', '=', of.laNumber)
    .where('source', '=', of.source)
    .where('return_id', '=', of.id)
    .where('id', '=', id)
    .execute()
}
