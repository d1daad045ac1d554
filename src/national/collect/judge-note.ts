import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { holdsPupilNumber } from './holds-pupil-number.ts'
import { noteKinds, type NewNote, type NoteKind } from './notes.store.ts'
import { wordsRejected } from './rejected-words.ts'
import { answering, type FindingFacts, type NoteFacts } from './unresolved.ts'
import type { Workflow } from './workflow-file.ts'

export interface NoteRefusal {
  readonly detail: string
  readonly todo: string
}

const refused = (detail: string, todo: string): Result<never, NoteRefusal> => fail({ detail, todo })

const kindsOf: Readonly<Record<'source' | 'agent' | 'collector' | 'operator', readonly NoteKind[]>> = {
  source: ['explanation', 'confirmation', 'correction-made'],
  agent: ['explanation', 'confirmation', 'correction-made', 'authority-comment'],
  collector: ['collector-reply'],
  operator: noteKinds,
}

/**
 * Whether a note may be written as it is: on a rule that found something, for findings that are there, saying what the rule
 * asks for, and nothing that was rejected there. `findings` are those of the note’s rule, `notes` those on the return. A note
 * gives no pupil’s number: it is read by many.
 */
export function judgeNote(
  note: NewNote,
  role: keyof typeof kindsOf,
  findings: readonly FindingFacts[],
  { notes: rules }: Pick<Workflow, 'notes'>,
  notes: readonly (NoteFacts & { readonly text: string })[] = [],
): Result<NewNote, NoteRefusal> {
  const text = note.text.trim()
  if (!kindsOf[role].includes(note.kind))
    return refused('This role does not write such notes.', `It may write: ${kindsOf[role].join(', ')}.`)
  if (text.length > rules.longest)
    return refused('The note is too long.', `Say it in ${String(rules.longest)} characters.`)
  if (holdsPupilNumber(text))
    return refused('The note holds a pupil’s number.', 'Leave it out: the note stands with the finding.')
  if (note.rule === null) {
    if (note.kind === 'explanation' || note.kind === 'confirmation')
      return refused('An explanation or confirmation is of a rule.', 'Name the rule.')
    return text === ''
      ? refused('The note says nothing.', 'Write what there is to say.')
      : ok({ ...note, text })
  }
  const own = findings.filter(({ rule }) => rule === note.rule)
  const [first] = own
  if (!first)
    return refused('This rule found nothing in the return.', 'A note stands only on what was found.')
  const numbers = new Set(own.map(({ number }) => number))
  const strange = note.findings?.filter((number) => !numbers.has(number)) ?? []
  if (note.findings?.length === 0 || strange.length > 0)
    return refused('The rule has no such finding in this return.', 'Take the numbers that the findings have.')
  if (note.kind === 'explanation' || note.kind === 'confirmation') {
    if (first.accepts === 'none')
      return refused('No note is accepted on this rule.', 'Correct the data and send the return again.')
    if (first.accepts === 'reason') {
      if (note.kind === 'confirmation')
        return refused('This rule asks for a reason; a confirmation is not enough.', 'Write an explanation.')
      if (!isReason(text, rules))
        return refused(
          'This rule asks for a reason, and the note gives none.',
          'Say what the case is, and why.',
        )
    }
  }
  if (text === '' && note.kind !== 'confirmation')
    return refused('The note says nothing.', 'Write what there is to say.')
  if (answering.includes(note.kind) && wordsRejected(note, notes))
    return refused(
      'The collector rejected these words.',
      'Say what the collector asked for, or correct the data.',
    )
  return ok({
    ...note,
    text,
    findings: note.findings === null ? null : [...new Set(note.findings)].sort((a, b) => a - b),
  })
}

/** Whether a text can be a reason at all; whether it is a good one a person judges. */
export function isReason(text: string, rules: Workflow['notes']): boolean {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}/ ]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return plain.length >= rules.shortestReason && !rules.notReasons.includes(plain)
}
