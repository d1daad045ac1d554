import { dateInEngland, type ChoiceKind, type ConsentState } from '../../core/vocabulary/index.ts'
import type { Giver } from './choice.ts'
import { isObjection } from './transition.ts'

/** What the register says now about a pupil and the people around it. */
export interface Relations {
  readonly dateOfBirth: string
  readonly contacts: readonly {
    readonly contactId: string
    readonly parentalResponsibility: boolean
    /** A court order limits what this contact may decide: on the contact's record, or as a live mark. */
    readonly courtOrder: boolean
  }[]
}

/** Age from which a pupil chooses for itself; DPA 2018 s.9 sets it for online services, here it holds for every purpose. */
export const ageOfOwnChoice = 13

/** Whole years of age on the instant's day in England. */
export function ageAt(dateOfBirth: string, at: Date): number {
  const today = dateInEngland(at)
  const years = Number(today.slice(0, 4)) - Number(dateOfBirth.slice(0, 4))
  return today.slice(5) < dateOfBirth.slice(5) ? years - 1 : years
}

/**
 * May this giver make this choice? Parental responsibility is read from the register at the instant and never guessed from
 * "mother" or "father". A child's biometric refusal counts at any age, and only a parent can grant (Protection of Freedoms
 * Act 2012 s.26).
 */
export function isEntitled(
  relations: Relations,
  giver: Giver,
  kind: ChoiceKind,
  state: ConsentState,
  at: Date,
): boolean {
  switch (giver.kind) {
    case 'contact':
      return relations.contacts.some(
        (c) => c.contactId === giver.contactId && c.parentalResponsibility && !c.courtOrder,
      )
    case 'pupil':
      if (kind === 'biometric') return isObjection(state)
      return ageAt(relations.dateOfBirth, at) >= ageOfOwnChoice
    case 'school':
      return state === 'revoked' || state === 'expired' || state === 'invalidated'
  }
}
