import type { Finding } from './finding.ts'
import type { ReturnReport } from './read-message.ts'

/** Findings about the shape of a message. Their numbers are our own: the department’s list says nothing of shape. */
const shapes = {
  'unknown-element': {
    rule: 'S1',
    message: 'The message holds an element that this collection does not know. Its content was left out.',
  },
  'repeated-element': {
    rule: 'S2',
    message: 'The message holds an element a second time where it may stand once. The second was left out.',
  },
  'other-cells': {
    rule: 'S5',
    message: 'The row has more or fewer cells than there are columns. It was left out.',
  },
  'file-name': { rule: 'S6', message: 'The name of the file does not agree with what is in it.' },
  'text-out-of-place': { rule: 'S3', message: 'The message holds text where only elements belong.' },
} as const

const correct = { accepts: 'none', says: 'Correct the data.' } as const

export const structureFindings = (returnId: number, notes: ReturnReport['notes']): readonly Finding[] =>
  notes.map(({ code, line, path }) => ({
    ...shapes[code],
    severity: 'error',
    level: 'return',
    location: `line ${String(line)}: ${path}`,
    note: correct,
    returnId,
    table: null,
    n: null,
    ordinal: null,
    line,
    items: [],
  }))
