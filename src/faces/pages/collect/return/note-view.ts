import type { Person, StoredNote, StoredReturn } from '../../../../national/collect/index.ts'
import type { TagView } from '../../frame/tag.ts'
import { dateAndTime } from '../../words/dates.ts'
import { count } from '../../words/numbers.ts'
import { noteKindNames, roleWords } from '../words.ts'
import type { NoteView } from './return.view.ts'

const outcomes: Readonly<Record<'accepted' | 'rejected', TagView>> = {
  accepted: { text: 'Accepted', colour: 'green' },
  rejected: { text: 'Rejected', colour: 'red' },
}

/** Notes that answer a finding are decided on; the others are talk. */
const decidable = (note: StoredNote): boolean =>
  !note.superseded && (note.kind === 'explanation' || note.kind === 'confirmation')

/** `error`: what is wrong with the decision that was sent on it. */
export function noteView(
  note: StoredNote,
  of: StoredReturn,
  { actor }: Person,
  error: string | null = null,
): NoteView {
  const decides = actor.role === 'collector' && of.stands && of.state !== 'authorised' && decidable(note)
  return {
    id: note.id,
    heading: noteKindNames[note.kind],
    text: note.text === '' ? null : note.text,
    by: `${note.author}, ${roleWords(note.role)}, on ${dateAndTime(note.at)}${note.carriedFrom === null ? '' : ', of the version before'}`,
    about:
      note.rule === null
        ? null
        : note.findings === null
          ? `Rule ${note.rule}, every place`
          : `Rule ${note.rule}, ${count(note.findings.length, 'place')}`,
    outcome: note.superseded
      ? { text: 'Replaced by a later note', colour: 'grey' }
      : note.outcome
        ? outcomes[note.outcome]
        : decidable(note)
          ? { text: 'Not decided yet', colour: 'yellow' }
          : null,
    outcomeBy:
      note.decidedAt && note.decidedBy
        ? `${note.decidedBy === 'rule' ? 'By the rule itself: a confirmation is enough' : `By ${note.decidedBy}`}, on ${dateAndTime(note.decidedAt)}`
        : null,
    reason: note.reason,
    decide: decides
      ? { accept: note.outcome !== 'accepted', reject: note.outcome !== 'rejected', error }
      : null,
  }
}
