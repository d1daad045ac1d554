import type { EgressFault, Unwritable } from '../../../school/release/index.ts'

const faults: Readonly<Record<EgressFault['code'], string>> = {
  unreadable: 'The file can’t be read back',
  'other-columns': 'Its columns are not those agreed',
  'extra-pupil': 'A pupil is in it who should not be',
  'missing-pupil': 'A pupil is missing from it',
  'other-value': 'A value is not the one decided',
  'missing-value': 'A value is missing',
  'not-permitted': 'Something is in it that was not permitted',
  'other-header': 'Its heading says something else',
  'unaccepted-character': 'A character is in it that the recipient does not take',
}

/** What the check of the finished file found, and where. */
export const faultWords = ({ code, place }: EgressFault): string => `${faults[code]} (${place}).`

const unwritable: Readonly<Record<Unwritable['why'], string>> = {
  'no-code': 'holds a code for which the recipient has no word',
  formula: 'begins as a spreadsheet formula does',
  character: 'holds a character that the recipient does not take',
  layout: 'does not fit the layout of the file',
}

/** In which columns a file can't carry what the register holds, each once: "CHILD_LAST_NAME holds a character …". */
export const unwritableWords = (cells: readonly Unwritable[]): readonly string[] => [
  ...new Set(cells.map(({ column, why }) => `${column ?? 'A value'} ${unwritable[why]}.`)),
]
