import { addDays, yearsSinceReception } from './calendar.ts'
import type { Choice, Contact, WorldPupil } from './pupil.ts'
import type { Random } from './random.ts'

/** The purposes whose wordings stand in `policy/wordings.yaml`; a wording's id is its purpose's with `-1`. */
export const photoPurposes = [
  'website-photo',
  'website-first-name',
  'app-gallery',
  'social-media',
  'local-press',
  'prospectus',
] as const

/** A choice on paper by a contact, in the first weeks of term; anything else is said in `more`. */
export function choice(
  purpose: string,
  state: Choice['state'],
  contact: Contact | null,
  more: Partial<Choice> = {},
): Choice {
  return {
    purpose,
    kind: 'consent',
    state,
    giver: 'contact',
    contact,
    method: 'paper',
    evidence: 'Form C1, autumn 2026 folder',
    tiedTo: '',
    recordedAt: '2026-09-08T09:00:00Z',
    expiresAt: '',
    ...more,
  }
}

/** A family's attitude, in [0, 1), settles what it says to pictures; a tenth of families never sent the form back. */
export function giveChoices(random: Random, pupil: WorldPupil, attitude: number): void {
  const parent = pupil.contacts.find((link) => link.parentalResponsibility && !link.courtOrder)?.contact
  if (!parent) return
  const place = yearsSinceReception(pupil.yearGroup)
  const recordedAt = `${addDays('2026-09-03', random.int(0, 26))}T${random.pick(['08', '09', '12', '15'])}:${random.int(10, 59)}:00Z`
  const method = random.chance(0.7) ? 'paper' : 'portal'
  const evidence =
    method === 'paper'
      ? `Form C1, autumn 2026 folder, sheet ${random.int(1, 420)}`
      : 'Parents’ portal, signed in'
  const say = (purpose: string, state: Choice['state'], more: Partial<Choice> = {}) =>
    pupil.choices.push(choice(purpose, state, parent, { method, evidence, recordedAt, ...more }))

  for (const purpose of photoPurposes) {
    const outside = purpose === 'social-media' || purpose === 'local-press'
    if (attitude < 0.62) say(purpose, 'given')
    else if (attitude < 0.82) say(purpose, outside ? 'refused' : 'given')
    else if (attitude < 0.9) say(purpose, 'refused')
    else if (attitude < 0.92) say(purpose, 'deferred')
  }
  if (place >= 0) {
    const answer = random.next()
    if (answer < 0.84) say('classdojo-account', 'given')
    else if (answer < 0.92) say('classdojo-account', 'refused')
  }
  if (place >= 5 && random.chance(0.15)) say('duke-of-york-award', 'given')
  if (place >= 1 && random.chance(0.08)) say('my-book-club', 'given')
  if (place >= 3 && random.chance(0.12))
    say('meal-biometrics', 'given', { kind: 'biometric', method: 'written' })
  if ((place === 0 || place === 6) && random.chance(0.03)) optOutOfMeasurement(pupil, parent, recordedAt)
  if (pupil.fundingCode && random.chance(0.85)) permitCheck(pupil, parent, recordedAt)
}

/** Says yes to every picture and to ClassDojo, in the parent's name. */
export function agreeToAll(pupil: WorldPupil, parent: Contact): void {
  for (const purpose of photoPurposes) pupil.choices.push(choice(purpose, 'given', parent))
  if (yearsSinceReception(pupil.yearGroup) >= 0)
    pupil.choices.push(choice('classdojo-account', 'given', parent))
}

export function optOutOfMeasurement(pupil: WorldPupil, parent: Contact, recordedAt: string): void {
  pupil.childMeasurementOptOut = true
  pupil.choices.push(
    choice('child-measurement', 'refused', parent, {
      kind: 'opt-out',
      method: 'written',
      evidence: 'Letter on file',
      recordedAt,
    }),
  )
}

/** Written permission to check one code; it ends with the term that the code is checked for. */
export function permitCheck(
  pupil: WorldPupil,
  parent: Contact,
  recordedAt: string,
  more: Partial<Choice> = {},
): void {
  pupil.choices.push(
    choice('eligibility-check', 'given', parent, {
      kind: 'permission',
      method: 'written',
      evidence: 'Permission form EY2, signed',
      tiedTo: pupil.fundingCode,
      recordedAt,
      expiresAt: '2026-12-31T23:59:59Z',
      ...more,
    }),
  )
}
