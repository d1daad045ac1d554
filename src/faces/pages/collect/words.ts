import type { ReturnState, Severity } from '../../../core/collections/index.ts'
import type { Collector, Move, NoteKind, StoredFinding } from '../../../national/collect/index.ts'
import type { TagColour, TagView } from '../frame/tag.ts'
import { longDate } from '../words/dates.ts'
import { count } from '../words/numbers.ts'

const stateColours: Readonly<Record<ReturnState, TagColour>> = {
  'no-data': 'grey',
  'waiting-for-validation': 'yellow',
  'loaded-and-validated': 'blue',
  'amended-by-source': 'blue',
  'amended-by-agent': 'blue',
  submitted: 'purple',
  rejected: 'red',
  approved: 'teal',
  authorised: 'green',
  withdrawn: 'grey',
}

/** A state in the words of `workflow.yaml`. */
export const stateTag = ({ workflow }: Pick<Collector, 'workflow'>, state: ReturnState): TagView => ({
  text: workflow.states[state],
  colour: stateColours[state],
})

/** What a state means for somebody who has not met the word. */
export const stateMeaning: Readonly<Record<ReturnState, string>> = {
  'no-data': 'Nothing was sent yet, or what was sent was withdrawn.',
  'waiting-for-validation': 'The file is here and waits to be checked. Look again in a minute.',
  'loaded-and-validated': 'The file was checked. It is not submitted yet.',
  'amended-by-source': 'A new file took the place of one that was submitted before. It is not submitted yet.',
  'amended-by-agent':
    'Somebody else than the source sent a new file in place of one that was submitted before. It is not submitted yet.',
  submitted: 'The source has submitted it. It waits to be looked at.',
  rejected: 'It was sent back: the reason stands in its history.',
  approved: 'The local authority has approved it. It waits for the collector.',
  authorised: 'The collector has accepted it. It counts.',
  withdrawn: 'It was taken back and does not count.',
}

export const moveWords: Readonly<Record<Move, { readonly button: string; readonly hint: string }>> = {
  submit: { button: 'Submit this return', hint: 'You say with it that the return is complete and right.' },
  approve: { button: 'Approve this return', hint: 'It goes to the collector.' },
  authorise: { button: 'Authorise this return', hint: 'It is accepted and counts.' },
  reject: { button: 'Send this return back', hint: 'Its source sees your reason and can send a new file.' },
  withdraw: { button: 'Withdraw this return', hint: 'It does not count any more. A new file can be sent.' },
}

const pastMoves: Readonly<Record<string, string>> = {
  receive: 'Received',
  replace: 'Received in place of the version before',
  validate: 'Checked',
  submit: 'Submitted',
  approve: 'Approved',
  authorise: 'Authorised',
  reject: 'Sent back',
  withdraw: 'Withdrawn',
}
export const pastMove = (move: string): string => pastMoves[move] ?? move

const roles: Readonly<Record<string, string>> = {
  source: 'the source',
  agent: 'local authority',
  collector: 'collector',
  operator: 'operator of the collector',
}
export const roleWords = (role: string): string => roles[role] ?? role

/** Who did something. What the collector did by itself is under its own name. */
export const whoWords = (name: string, role: string): string =>
  name === role ? 'Gatehouse, by itself' : `${name}, ${roleWords(role)}`

export const severityWords: Readonly<
  Record<
    Severity,
    { readonly one: string; readonly heading: string; readonly todo: string; readonly tag: TagView }
  >
> = {
  error: {
    one: 'error',
    heading: 'Errors',
    todo: 'Correct the data in the system that made the file, make the file again and send it. A few errors may be explained instead: the rule says so.',
    tag: { text: 'Error', colour: 'red' },
  },
  query: {
    one: 'query',
    heading: 'Queries',
    todo: 'Look at each. Where the data is wrong, correct it and send the file again. Where it is right, write a note that says why.',
    tag: { text: 'Query', colour: 'yellow' },
  },
  'term-on-term': {
    one: 'change since last time',
    heading: 'Changes since last time',
    todo: 'A number is very different from the last return. If it is right, write a note that says why it changed.',
    tag: { text: 'Change', colour: 'orange' },
  },
}

export const noteKindWords: Readonly<Record<NoteKind, string>> = {
  explanation: 'Explain why the data is right',
  confirmation: 'Confirm that the data is right',
  'correction-made': 'Say that it was corrected in our own system',
  'authority-comment': 'Comment as the local authority',
  'collector-reply': 'Reply as the collector',
}

export const noteKindNames: Readonly<Record<NoteKind, string>> = {
  explanation: 'Explanation',
  confirmation: 'Confirmation',
  'correction-made': 'Corrected in their own system',
  'authority-comment': 'Comment of the local authority',
  'collector-reply': 'Reply of the collector',
}

export const acceptsWords: Readonly<Record<StoredFinding['note']['accepts'], string>> = {
  none: 'No note is accepted: the data must be corrected.',
  confirmation: 'A note that confirms the data is enough.',
  reason: 'The note must give the reason. “Confirmed” alone will be sent back.',
}

export const statusWords: Readonly<Record<StoredFinding['status'], TagView>> = {
  open: { text: 'To do', colour: 'yellow' },
  explained: { text: 'Explained', colour: 'blue' },
  accepted: { text: 'Note accepted', colour: 'green' },
  rejected: { text: 'Note rejected', colour: 'red' },
}

/** “Due on 22 October 2026: 3 days left.” */
export function dueWords(due: string | null, days: number | null): string {
  if (due === null || days === null) return 'No deadline is set.'
  if (days < 0) return `It was due on ${longDate(due)}, ${count(-days, 'day')} ago.`
  if (days === 0) return `Due today, ${longDate(due)}.`
  return `Due on ${longDate(due)}: ${count(days, 'day')} left.`
}

/** “3 errors, no queries” */
export const foundWords = (errors: number, queries: number): string =>
  `${count(errors, 'error')}, ${count(queries, 'query', 'queries')}`

export function authorityLabel(names: ReadonlyMap<string, string>, laNumber: string): string {
  const name = names.get(laNumber)
  return name === undefined ? `Authority ${laNumber}` : `${name} (${laNumber})`
}
