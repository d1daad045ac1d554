/** Why a row can't be taken: a closed set, each with its sentence. No sentence ever repeats the value. */
export const rejectionMessages = {
  required: 'A value is needed here.',
  'cell-count': 'The row has not as many cells as the header.',
  'too-long': 'The value is longer than the register takes.',
  'bad-characters': 'The value holds a character that does not belong there.',
  'bad-date': 'This is no date of the calendar in the form expected.',
  'impossible-date':
    'The date can’t be right: it lies in the future, too long ago, or in the wrong order with another.',
  'bad-number': 'This is no number of the kind expected.',
  'bad-flag': 'This is neither yes nor no.',
  'bad-instant': 'This is no time with its zone (such as 2026-09-08T09:00:00Z).',
  'bad-upn':
    'This is not of a unique pupil number’s form: a letter, eleven digits, a digit or letter; capitals, no I, O or S.',
  'upn-check-letter':
    'The unique pupil number’s first letter does not fit its digits: one of them is mistyped.',
  'bad-uln': 'This is not a unique learner number: ten digits, the last a check digit.',
  'unknown-code': 'This code is not in its code set.',
  'element-twice': 'The element stands twice where one may: which is meant can’t be told.',
  duplicate: 'Another row is about the same thing and says something else.',
  'duplicate-upn': 'The same unique pupil number stands in another row.',
  'upn-taken': 'Another pupil of the register has this unique pupil number.',
  'ambiguous-pupil': 'Several pupils could be meant: names and date of birth agree with more than one.',
  'unknown-pupil': 'No pupil of the register has this id.',
  'unknown-contact': 'No contact of this pupil has this id.',
  'contact-differs': 'Another row describes the same contact differently.',
  'unknown-wording': 'No wording has this id for this purpose and kind of choice.',
  'older-choice':
    'A later choice of this person for this purpose is on record: an older one can’t follow it.',
  'unknown-agreement':
    'The school has no agreement of this id, and an objection must name one: a mark that names none protects nothing.',
  'school-choice': 'The school itself can only end a choice (revoked, expired, invalidated).',
  'former-identity': 'An adopted pupil’s row may hold nothing of the former identity.',
} as const

export type RejectionCode = keyof typeof rejectionMessages

/** One row that was not taken, and where: never what stood there. */
export interface Rejection {
  readonly line: number
  /** The file's own name of the column or element; empty when the whole row is meant. */
  readonly column: string
  readonly code: RejectionCode
  readonly message: string
}

export const reject = (line: number, column: string, code: RejectionCode): Rejection => ({
  line,
  column,
  code,
  message: rejectionMessages[code],
})
