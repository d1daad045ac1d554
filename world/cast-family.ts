import { cast } from './cast.ts'
import type { CastName } from './cast.ts'
import type { YearGroup } from './calendar.ts'
import type { ChildPlan, FamilyPlan } from './family.ts'
import type { Shape } from './household.ts'
import { origin } from './people.ts'
import type { Sex } from './people.ts'
import type { Contact, ContactLink, Family, WorldPupil } from './pupil.ts'

export type Change = (pupil: WorldPupil, family: Family) => void

/** A family of the cast before it has its number in the world. */
export type CastFamily = Omit<FamilyPlan, 'index'>

export const child = (
  name: CastName,
  yearGroup: YearGroup,
  sex: Sex,
  forename: string,
  change?: Change,
): ChildPlan => ({ misId: Number(cast[name]), yearGroup, sex, forename, ...(change ? { change } : {}) })

export const castFamily = (
  from: string,
  surname: string,
  shape: Shape,
  children: readonly ChildPlan[],
  feminine = surname,
): CastFamily => ({
  origin: origin(from),
  shape,
  name: { common: surname, feminine },
  children,
  plain: true,
})

/** The contact who holds this place, from 0; a cast family that lacks it is a mistake in the cast. */
export function linkAt(pupil: WorldPupil, place: number): ContactLink {
  const link = pupil.contacts[place]
  if (!link) throw new Error(`cast pupil ${pupil.misId} has no contact number ${place + 1}`)
  return link
}

export const contactAt = (pupil: WorldPupil, place: number): Contact => linkAt(pupil, place).contact

export const dropChoices = (pupil: WorldPupil, ...purposes: string[]): void => {
  pupil.choices = pupil.choices.filter((one) => !purposes.includes(one.purpose))
}
