import type { Ask } from '../../../school/consent/index.ts'
import type { HoldReason } from '../../../school/release/index.ts'
import type { Task } from './task.store.ts'

const held: Readonly<Record<HoldReason, string>> = {
  'missing-pupils':
    'Look at the pupils below and why nothing of them may be sent. Tell the recipient another way that they have not left; then let the file pass from its preview. The data protection officer or the head can do that.',
  'destination-withheld': 'Arrange with the safeguarding leads of both schools how the file gets there.',
  'short-read':
    'Compare the register with the records system. If pupils are missing, import the roll again; if the fall is right, the data protection officer or the head can let the file pass from its preview.',
  'not-in-notice': 'Publish the notice, then send the file.',
  template:
    'Compare the columns with the blank template from the recipient’s own page, and record that they fit.',
  'recipient-key': 'Ask the recipient for its key, check it with somebody you know there, and record it.',
  unwritable:
    'Correct the value in the records system and import the roll again. The preview says which column.',
  'no-longer-permitted':
    'Build the return again from the register as it is now, and have the head sign it off: gatehouse census build.',
  'egress-check': 'Change nothing. Tell those who maintain Gatehouse; the preview says what was found.',
}

const kinds: Readonly<Record<string, string>> = {
  'consent-disagreement':
    'Speak with those who disagree. Nothing is shared under this purpose meanwhile. Record what each of them decides with the pupil; the task closes by itself when they agree.',
  'delivery-dead':
    'Find out from the recipient whether it has the file. If it has not, put right what stopped it and try again.',
  'identity-to-sever':
    'The head or the data protection officer severs it with the command “gatehouse sever”; the guide for the data protection officer says how. The task closes by itself then.',
  'transfer-again':
    'Nothing is to be done if this was right. If it was not, ask the other school to delete the second file. Close the task with what you found.',
  'identity-severed':
    'Ask each recipient named here to delete what it holds under the former identity, without giving the new one. Close the task when all have confirmed.',
}

const recall: Readonly<Record<Ask, string>> = {
  deleted:
    'Ask each recipient named here to delete what it holds, and to confirm that it is done. Close the task with what they answered.',
  told: 'Tell whoever does what was opted out of, outside Gatehouse too, and every recipient named here. Close the task with whom you told.',
  undone: 'Undo it at the school, then close the task with what was done.',
}

const isAsk = (ask: unknown): ask is Ask => typeof ask === 'string' && Object.hasOwn(recall, ask)

const isHeldReason = (reason: unknown): reason is HoldReason =>
  typeof reason === 'string' && Object.hasOwn(held, reason)

/** What whoever opens a task is to do about it; null for a kind that says it in its title. */
export function advice({ kind, detail }: Task): string | null {
  if (kind === 'release-held') return isHeldReason(detail['reason']) ? held[detail['reason']] : null
  // One that was opened before `ask` was kept says in its title alone what it asks for.
  if (kind === 'recall-due') return isAsk(detail['ask']) ? recall[detail['ask']] : null
  return Object.hasOwn(kinds, kind) ? (kinds[kind] ?? null) : null
}
