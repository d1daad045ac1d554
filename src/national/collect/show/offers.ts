import type { NationalActor } from '../../../core/vocabulary/index.ts'
import type { Person } from '../collector.ts'
import { judgeNote } from '../judge-note.ts'
import { judgeMove, moves, type Move, type MoveRefusal } from '../moves.ts'
import { noteKinds, type NoteKind } from '../notes.store.ts'
import type { StoredReturn } from '../returns.store.ts'
import type { FindingFacts, Unresolved } from '../unresolved.ts'
import type { Workflow } from '../workflow-file.ts'

/** A move that a person may make now, or why not. */
export interface MoveOffer {
  readonly move: Move
  readonly asksReason: boolean
  readonly refusal: MoveRefusal | null
}

/** Each move, judged for this person as if they gave a reason. None where the version does not stand. */
export function movesFor(person: Person, of: StoredReturn, unresolved: Unresolved): readonly MoveOffer[] {
  if (!of.stands) return []
  return (Object.keys(moves) as Move[]).map((move) => {
    const judged = judgeMove(move, of, person, 'a reason', unresolved)
    return { move, asksReason: moves[move].asksReason, refusal: judged.ok ? null : judged.error }
  })
}

/** The kinds of note that a role may write on these findings of one rule; without a rule, on the whole return. */
export function noteKindsFor(
  role: NationalActor['role'],
  findings: readonly FindingFacts[],
  workflow: Pick<Workflow, 'notes'>,
): readonly NoteKind[] {
  const rule = findings[0]?.rule ?? null
  const text = 'x'.repeat(workflow.notes.shortestReason)
  return noteKinds.filter(
    (kind) => judgeNote({ kind, rule, findings: null, text, supersedes: null }, role, findings, workflow).ok,
  )
}
