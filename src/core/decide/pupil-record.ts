import { dateInEngland, type Choice, type ItemId, type Mark, type Value } from '../vocabulary/index.ts'
import { knownDate } from './dates.ts'
import type { PupilFacts } from './policy-context.ts'
import { wholeYears } from './transform.ts'

/** One contact as the register has it for one pupil. */
export interface ContactRecord {
  readonly contactId: string
  readonly parentalResponsibility: boolean
  /** An order is on the record itself, beside those that are marks of the pupil. */
  readonly courtOrder: boolean
  readonly priority: number
  readonly values: Readonly<Record<ItemId, Value>>
}

/** What the register has about one pupil, before anything is concluded from it. */
export interface PupilRecord {
  readonly pupilId: string
  readonly dateOfBirth: string
  readonly values: Readonly<Record<ItemId, Value>>
  readonly contacts: readonly ContactRecord[]
  readonly choices: readonly Omit<Choice, 'entitled'>[]
  /** Those not lifted at the instant. */
  readonly marks: readonly Mark[]
}

/**
 * The facts of a pupil from its record: who holds parental responsibility unlimited by an order, and who was entitled to
 * choose. A pupil chooses for itself from the age of 13 (UK GDPR Art. 8 as applied by the Data Protection Act 2018 s.9, taken
 * as the general line).
 * @throws Unknown when a date is malformed.
 */
export function factsOfRecord(record: PupilRecord, at: Date): PupilFacts {
  const today = dateInEngland(at)
  const bound = new Set(
    record.marks
      .filter((mark) => mark.kind === 'court-order' && isLive(mark, today))
      .map(({ contactId }) => contactId),
  )
  const holders = record.contacts
    .filter((each) => each.parentalResponsibility && !each.courtOrder && !bound.has(each.contactId))
    .map(({ contactId }) => contactId)
  const isGrown = wholeYears(knownDate(record.dateOfBirth), today) >= 13
  const isEntitled = ({ giver, giverId }: Omit<Choice, 'entitled'>): boolean =>
    giver === 'contact' ? giverId !== null && holders.includes(giverId) : giver === 'pupil' && isGrown
  return {
    pupilId: record.pupilId,
    values: record.values,
    choices: record.choices.map((choice) => ({ ...choice, entitled: isEntitled(choice) })),
    marks: record.marks,
    holders,
  }
}

export const isLive = ({ from, to }: Mark, today: string): boolean =>
  knownDate(from) <= today && (to === null || knownDate(to) >= today)
