import { answering, type NoteFacts } from './unresolved.ts'

/** What a note says, and on what. */
export interface NoteWords {
  readonly rule: string | null
  /** Null: every finding of the rule. */
  readonly findings: readonly number[] | null
  readonly text: string
}

/** Texts are the same but for case and the white space around them. */
export const sameWords = (one: string, other: string): boolean => folded(one) === folded(other)

const folded = (text: string): string => text.normalize('NFC').trim().toUpperCase().toLowerCase()

/** Whether the collector rejected a note on some of the same findings. */
export const wasRejected = (
  { rule, findings }: Pick<NoteWords, 'rule' | 'findings'>,
  notes: readonly NoteFacts[],
): boolean =>
  notes.some(
    (note) =>
      note.outcome === 'rejected' &&
      answering.includes(note.kind) &&
      note.rule === rule &&
      (findings === null || note.findings === null || note.findings.some((one) => findings.includes(one))),
  )

/**
 * Whether the collector rejected these words on some of the same findings, be it that another note stands in their place.
 * A confirmation without words says nothing that could be the same.
 */
export const wordsRejected = (
  note: NoteWords,
  notes: readonly (NoteFacts & { readonly text: string })[],
): boolean =>
  note.text.trim() !== '' &&
  wasRejected(
    note,
    notes.filter(({ text }) => sameWords(text, note.text)),
  )
