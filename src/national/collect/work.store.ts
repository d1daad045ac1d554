import { sql } from 'kysely'
import type { ReturnState } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../core/vocabulary/index.ts'
import { asPerson, type Collector, type Person } from './collector.ts'
import { addEvent } from './events.store.ts'
import { findingFacts, unresolvedIn } from './findings.store.ts'
import { holdsPupilNumber, numberInReason } from './holds-pupil-number.ts'
import { hasAgent, judgeMove, type Move, type MoveRefusal } from './moves.ts'
import { judgeNote, type NoteRefusal } from './judge-note.ts'
import { addNote, notesOf, setOutcome, type NewNote } from './notes.store.ts'
import { wasRejected } from './rejected-words.ts'
import { meantReturn, type StoredReturn } from './returns.store.ts'

/** Refuses to work on what does not stand any more. */
function sureItStands(of: StoredReturn): void {
  if (of.stands) return
  throw new GatehouseError(
    'conflict',
    'This version of the return does not stand: it was replaced or withdrawn.',
    {
      todo: 'Take the version that stands.',
    },
  )
}

export interface Moved {
  readonly return: string
  readonly from: ReturnState
  readonly state: ReturnState
}

/**
 * Makes a move as a person, in one transaction with its event; or says why not.
 * @throws GatehouseError `not-found` where the person’s scope does not reach the return, `conflict` where it does not stand.
 */
export const moveReturn = (
  collector: Collector,
  person: Person,
  named: string,
  move: Move,
  reason: string | null,
  at: Date,
): Promise<Result<Moved, MoveRefusal>> =>
  asPerson(collector, person).write((tx) => moveIn(tx, person, named, move, reason, at))

/** The same within a transaction of the person’s: for many moves at once. */
export async function moveIn(
  tx: Tx,
  person: Person,
  named: string,
  move: Move,
  reason: string | null,
  at: Date,
): Promise<Result<Moved, MoveRefusal>> {
  const of = await meantReturn(tx, named)
  sureItStands(of)
  const judged = judgeMove(move, of, person, reason, await unresolvedIn(tx, of))
  if (!judged.ok) return judged
  const to = judged.value
  await setState(tx, of, to, at)
  if (to === 'withdrawn') await clearSlot(tx, of)
  const { laNumber, source, id: returnId, state: from } = of
  await addEvent(tx, { laNumber, source, returnId, move, from, to, actor: person.actor, reason, at })
  return ok({ return: of.id, from, state: to })
}

const setState = (tx: Tx, of: StoredReturn, state: ReturnState, at: Date): Promise<unknown> =>
  tx
    .updateTable('collected_return')
    .set({ state, state_since: at })
    .where('la_number', '=', of.laNumber)
    .where('source', '=', of.source)
    .where('id', '=', of.id)
    .execute()

const clearSlot = (tx: Tx, of: StoredReturn): Promise<unknown> =>
  sql`
    update expected_return set return_id = null where la_number = ${of.laNumber}::text and source = ${of.source}::text
      and collection = ${of.collection}::text and year = ${of.year}::int and term = ${of.term}::text`.execute(
    tx,
  )

/**
 * Writes a note, or says why not.
 * @throws GatehouseError `not-found`, `conflict`
 */
export const writeNote = (
  collector: Collector,
  person: Person,
  named: string,
  note: NewNote,
  at: Date,
): Promise<Result<string, NoteRefusal>> =>
  asPerson(collector, person).write(async (tx) => {
    const of = await meantReturn(tx, named)
    sureItStands(of)
    if (of.state === 'authorised' || of.state === 'waiting-for-validation')
      return fail({
        detail: 'The return is not in a state for notes.',
        todo: 'Wait, or ask the collector to reject it.',
      })
    if (person.actor.role === 'agent' && note.kind !== 'authority-comment' && !hasAgent(of))
      return fail({
        detail: 'This source answers to the collector directly.',
        todo: 'Write a comment of the authority, or leave it to the source.',
      })
    const findings = note.rule === null ? [] : await findingFacts(tx, of, note.rule)
    const notes = await notesOf(tx, of)
    const judged = judgeNote(note, person.actor.role, findings, collector.workflow, notes)
    if (!judged.ok) return judged
    const answer = note.kind === 'explanation' || note.kind === 'confirmation'
    const enough = answer && findings[0]?.accepts === 'confirmation' && !wasRejected(judged.value, notes)
    const accepted = enough && collector.workflow.notes.acceptConfirmations
    return ok(await addNote(tx, of, judged.value, person.actor, at, accepted))
  })

/**
 * The collector accepts a note, or rejects it with a reason.
 * @throws GatehouseError `not-allowed`, `not-found`, `conflict`, `bad-input` without a reason for a rejection.
 */
export const decideNote = (
  collector: Collector,
  person: Person,
  named: string,
  note: string,
  outcome: { readonly accepted: boolean; readonly reason: string | null },
  at: Date,
): Promise<void> =>
  asPerson(collector, person).write(async (tx) => {
    if (person.actor.role !== 'collector' && person.actor.role !== 'operator')
      throw new GatehouseError('not-allowed', 'Only the collector accepts and rejects notes.')
    if (!outcome.accepted && (outcome.reason ?? '').trim() === '')
      throw new GatehouseError('bad-input', 'A rejected note asks for a reason.', { todo: 'Say why.' })
    if (holdsPupilNumber(outcome.reason ?? ''))
      throw new GatehouseError('bad-input', numberInReason.detail, { todo: numberInReason.todo })
    const of = await meantReturn(tx, named)
    sureItStands(of)
    if (of.state === 'authorised')
      throw new GatehouseError('conflict', 'The return was authorised.', { todo: 'Reject the return first.' })
    await setOutcome(tx, of, note, outcome, person.actor, at)
  })
