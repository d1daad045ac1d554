import { castFamily, child, contactAt, dropChoices } from './cast-family.ts'
import type { CastFamily } from './cast-family.ts'
import { choice, optOutOfMeasurement, permitCheck } from './choices.ts'
import { giveInsuranceNumber } from './family.ts'
import { contact, parent } from './household.ts'
import { fundingCode } from './identifiers.ts'
import { giveThirtyHours } from './needs.ts'
import type { Choice, Family, WorldPupil } from './pupil.ts'

const biometric = { kind: 'biometric', method: 'written', evidence: 'Form B1, signed' } as const

function thirtyHours(pupil: WorldPupil, family: Family, permission: Partial<Choice> | null): void {
  pupil.room = `${pupil.registrationGroup} room`
  giveThirtyHours(pupil, fundingCode(Number(pupil.misId)))
  giveInsuranceNumber(family)
  if (permission) permitCheck(pupil, contactAt(pupil, 0), '2026-09-03T08:15:00Z', permission)
}

/** Everybody who chose: once, twice, against each other, for another code, or without being entitled to. */
export const choosingFamilies: readonly CastFamily[] = [
  castFamily('white-british', 'Whitlock', 'separated', [
    child('parentsDisagree', '3', 'M', 'Toby', (pupil) => {
      pupil.choices.push(
        choice('website-photo', 'refused', contactAt(pupil, 1), {
          method: 'portal',
          recordedAt: '2026-09-21T19:05:00Z',
        }),
      )
    }),
  ]),
  castFamily('indian', 'Sandhu', 'couple', [
    child('consentWithdrawn', '4', 'M', 'Arjan', (pupil) => {
      const mother = contactAt(pupil, 0)
      dropChoices(pupil, 'classdojo-account')
      pupil.choices.push(
        choice('classdojo-account', 'given', mother, {
          evidence: 'Form C1, autumn 2025 folder',
          recordedAt: '2025-09-10T09:00:00Z',
        }),
        choice('classdojo-account', 'withdrawn', mother, {
          method: 'written',
          evidence: 'E-mail to the office, printed and filed',
          recordedAt: '2026-11-02T14:20:00Z',
        }),
      )
    }),
  ]),
  castFamily('white-british', 'Corfield', 'couple', [
    child('permissionStands', 'N2', 'F', 'Mabel', (pupil, family) => thirtyHours(pupil, family, {})),
  ]),
  castFamily(
    'polish',
    'Zieliński',
    'couple',
    [
      child('permissionForOldCode', 'N2', 'M', 'Kacper', (pupil, family) =>
        thirtyHours(pupil, family, { tiedTo: fundingCode(1), recordedAt: '2026-04-20T08:15:00Z' }),
      ),
    ],
    'Zielińska',
  ),
  castFamily('white-british', 'Onions', 'lone-mother', [
    child('permissionExpired', 'N2', 'F', 'Ivy', (pupil, family) =>
      thirtyHours(pupil, family, { expiresAt: '2026-10-31T23:59:59Z' }),
    ),
  ]),
  castFamily('african', 'Adebayo', 'couple', [
    child('permissionMissing', 'N1', 'M', 'Samuel', (pupil, family) => thirtyHours(pupil, family, null)),
  ]),
  castFamily('white-british', 'Preece', 'couple', [
    child('onePurposeOnly', '1', 'F', 'Daisy', (pupil) => {
      for (const one of pupil.choices) if (one.purpose !== 'app-gallery') one.state = 'refused'
    }),
  ]),
  castFamily('white-british', 'Bebb', 'couple', [
    child('consentExpired', '6', 'M', 'Owen', (pupil) => {
      for (const one of pupil.choices)
        if (one.purpose === 'website-photo' || one.purpose === 'website-first-name') {
          one.recordedAt = '2025-09-09T09:00:00Z'
          one.expiresAt = '2026-09-09T09:00:00Z'
        }
    }),
  ]),
  castFamily('white-british', 'Mytton', 'couple', [
    child('measurementOptOut', 'R', 'F', 'Thea', (pupil) =>
      optOutOfMeasurement(pupil, contactAt(pupil, 0), '2026-10-05T10:00:00Z'),
    ),
  ]),
  castFamily('african', 'Moyo', 'couple', [
    child('measurementOptOutYear6', '6', 'F', 'Tendai', (pupil) =>
      optOutOfMeasurement(pupil, contactAt(pupil, 0), '2026-10-06T10:00:00Z'),
    ),
  ]),
  castFamily('white-british', 'Lloyd', 'couple', [
    child('biometricGranted', '5', 'F', 'Seren', (pupil) => {
      pupil.choices.push(choice('meal-biometrics', 'given', contactAt(pupil, 0), biometric))
    }),
  ]),
  castFamily('filipino', 'Bautista', 'couple', [
    child('biometricParentObjects', '5', 'M', 'Gabriel', (pupil) => {
      pupil.choices.push(
        choice('meal-biometrics', 'given', contactAt(pupil, 0), biometric),
        choice('meal-biometrics', 'refused', contactAt(pupil, 1), {
          ...biometric,
          recordedAt: '2026-09-15T09:00:00Z',
        }),
      )
    }),
  ]),
  castFamily('white-british', 'Vaughan', 'couple', [
    child('biometricChildRefuses', '6', 'F', 'Edith', (pupil) => {
      pupil.choices.push(
        choice('meal-biometrics', 'given', contactAt(pupil, 0), biometric),
        choice('meal-biometrics', 'given', contactAt(pupil, 1), biometric),
        choice('meal-biometrics', 'refused', null, {
          kind: 'biometric',
          giver: 'pupil',
          method: 'spoken-witnessed',
          evidence: 'Told the class teacher; note signed by two adults',
          recordedAt: '2026-09-17T11:00:00Z',
        }),
      )
    }),
  ]),
  castFamily('white-british', 'Pugh', 'couple', [
    child('grantByGrandparent', '2', 'M', 'Stanley', (pupil) => {
      const mother = contactAt(pupil, 0)
      const person = contact(Number(mother.misId) + 5, 'F', 'Pugh', 'Maureen', mother.address)
      const grandmother = { ...parent(person, 'FAM', true), parentalResponsibility: false }
      pupil.contacts = [...pupil.contacts.slice(0, 2), grandmother]
      for (const one of pupil.choices) one.contact = grandmother.contact
    }),
  ]),
]
