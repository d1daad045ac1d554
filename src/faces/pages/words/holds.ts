import type { EgressFault } from '../../../school/release/index.ts'

const faults: Readonly<Record<EgressFault['code'], string>> = {
  unreadable: 'The file can’t be read back',
  'other-columns': 'Its columns are not those agreed',
  'extra-pupil': 'A pupil is in it who should not be',
  'missing-pupil': 'A pupil is missing from it',
  'other-value': 'A value is not the one decided',
  'missing-value': 'A value is missing',
  'not-permitted': 'Something is in it that was not permitted',
  'other-header': 'Its heading says something else',
}

/** What the check of the finished file found, and where. */
export const faultWords = ({ code, place }: EgressFault): string => `${faults[code]} (${place}).`
