import type { ChoiceKind, ConsentState, ItemId, Mark, MarkKind, Value } from '../../vocabulary/index.ts'
import type { PupilFacts } from '../policy-context.ts'
import type { PupilRecord } from '../pupil-record.ts'

/** A pupil as the tests make one up: from it come both the rows of a database and the facts of the pure function. */
export interface PupilModel {
  readonly id: string
  readonly values: Readonly<Record<ItemId, Value>>
  readonly contacts: readonly {
    readonly id: string
    readonly parentalResponsibility: boolean
    readonly courtOrder: boolean
  }[]
  readonly choices: readonly ChoiceModel[]
  readonly marks: readonly MarkModel[]
}

export interface ChoiceModel {
  readonly purpose: string
  readonly kind: ChoiceKind
  readonly state: ConsentState
  /** A contact by its place, or the pupil, or the school. */
  readonly giver: number | 'pupil' | 'school'
  readonly wordingSha256: string
  readonly method: 'paper' | 'portal' | 'spoken-witnessed' | 'written'
  readonly tiedTo: string | null
  readonly recordedAt: Date
  readonly expiresAt: Date | null
}

export interface MarkModel {
  readonly kind: MarkKind
  readonly agreementId: string | null
  readonly allowedRecipients: readonly string[]
  /** The contact whom a court order binds, by its place. */
  readonly contact: number | null
  readonly from: string
  readonly to: string | null
  readonly liftedAt: Date | null
}

/** The contact who gives a choice; null for the pupil and the school, and for a place where there is no contact. */
export const giverId = (pupil: PupilModel, choice: ChoiceModel): string | null =>
  typeof choice.giver === 'number' ? (pupil.contacts[choice.giver]?.id ?? null) : null

/** The facts as they are to be read at an instant. `today` is the date in England then. */
export function factsOf(pupil: PupilModel, at: Date, today: string): PupilFacts {
  const born = String(pupil.values['pupil.dateOfBirth'])
  const thirteenth = `${Number(born.slice(0, 4)) + 13}${born.slice(4)}`
  const bound = pupil.marks.filter(
    ({ kind, from, to, liftedAt }) =>
      kind === 'court-order' &&
      from <= today &&
      (to === null || to >= today) &&
      (liftedAt === null || liftedAt > at),
  )
  const holders = pupil.contacts.filter(
    ({ parentalResponsibility, courtOrder }, i) =>
      parentalResponsibility && !courtOrder && !bound.some(({ contact }) => contact === i),
  )
  return {
    pupilId: pupil.id,
    values: pupil.values,
    holders: holders.map(({ id }) => id),
    choices: pupil.choices.flatMap((choice, i) =>
      choice.recordedAt > at
        ? []
        : [
            {
              sequence: i + 1,
              purpose: choice.purpose,
              kind: choice.kind,
              state: choice.state,
              giver: typeof choice.giver === 'number' ? ('contact' as const) : choice.giver,
              giverId: giverId(pupil, choice),
              entitled:
                choice.giver === 'pupil'
                  ? thirteenth <= today
                  : holders.some(({ id }) => id === giverId(pupil, choice)),
              wordingSha256: choice.wordingSha256,
              written: choice.method !== 'spoken-witnessed',
              tiedTo: choice.tiedTo,
              recordedAt: choice.recordedAt,
              expiresAt: choice.expiresAt,
            },
          ],
    ),
    marks: pupil.marks
      .filter(({ liftedAt }) => liftedAt === null || liftedAt > at)
      .map(({ kind, agreementId, allowedRecipients, contact, from, to }): Mark => ({
        kind,
        agreementId,
        allowedRecipients,
        from,
        to,
        contactId: contact === null ? null : (pupil.contacts[contact]?.id ?? null),
      })),
  }
}

/** What the tests' database gives of a contact at a place. */
export const contactValues = (place: number): Readonly<Record<ItemId, Value>> => ({
  'contact.surname': `Surname ${place}`,
  'contact.email': place === 0 ? 'somebody@example.org' : null,
})

/** The same pupil as the register has it, nothing concluded. */
export function recordOf(pupil: PupilModel, at: Date, today: string): PupilRecord {
  const { choices, marks } = factsOf(pupil, at, today)
  return {
    pupilId: pupil.id,
    dateOfBirth: String(pupil.values['pupil.dateOfBirth']),
    values: pupil.values,
    contacts: pupil.contacts.map(({ id, parentalResponsibility, courtOrder }, i) => ({
      contactId: id,
      parentalResponsibility,
      courtOrder,
      priority: i + 1,
      values: contactValues(i),
    })),
    // Nobody is called entitled here: that is to be concluded from the contacts and marks.
    choices: choices.map((choice) => ({ ...choice, entitled: false })),
    marks,
  }
}
