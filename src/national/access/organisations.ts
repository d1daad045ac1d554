import { dateInEngland, fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { Kept } from './applications/event.ts'
import type { AccessPolicy } from './terms/access-policy.ts'

/** What an organisation is. A change of any of it makes its verification void. */
export interface Identity {
  readonly name: string
  readonly number: string
  readonly owner: string
  readonly control: string
}

export type OrganisationHappened =
  | {
      readonly kind: 'registered'
      readonly identity: Identity
      readonly sort: string
      readonly commercial: boolean
      readonly country: string
      readonly ico: string
    }
  | { readonly kind: 'verified'; readonly evidence: string }
  | { readonly kind: 'identity-changed'; readonly identity: Identity; readonly changed: readonly string[] }
  | { readonly kind: 'key-given'; readonly ageRecipient: string }

export interface Organisation {
  readonly id: string
  readonly events: number
  readonly identity: Identity
  readonly sort: string
  readonly commercial: boolean
  readonly country: string
  /** Registration with the Information Commissioner. */
  readonly ico: string
  readonly verified: { readonly at: Date; readonly by: string; readonly evidence: string } | null
  readonly changed: { readonly at: Date; readonly fields: readonly string[] } | null
  readonly ageRecipient: string | null
}

export function organisationOf(
  id: string,
  events: readonly Kept<OrganisationHappened>[],
): Organisation | null {
  let found = null as Organisation | null
  for (const { event, by, at } of events) {
    if (event.kind === 'registered') {
      const { identity, sort, commercial, country, ico } = event
      found = {
        id,
        events: 0,
        identity,
        sort,
        commercial,
        country,
        ico,
        verified: null,
        changed: null,
        ageRecipient: null,
      }
    } else if (found) {
      if (event.kind === 'verified')
        found = { ...found, verified: { at, by: by.name, evidence: event.evidence } }
      if (event.kind === 'identity-changed')
        found = { ...found, identity: event.identity, verified: null, changed: { at, fields: event.changed } }
      if (event.kind === 'key-given') found = { ...found, ageRecipient: event.ageRecipient }
    }
  }
  return found && { ...found, events: events.length }
}

/** The names of what differs. */
export const changedIn = (before: Identity, after: Identity): readonly string[] =>
  (['name', 'number', 'owner', 'control'] as const).filter((field) => before[field] !== after[field])

/** Why an organisation may have nothing at this moment. */
export function organisationUnmet(organisation: Organisation): readonly string[] {
  const { verified, changed, ico } = organisation
  return [
    ...(verified
      ? []
      : [
          changed
            ? `The organisation's ${changed.fields.join(' and ')} changed on ${dateInEngland(changed.at)}, and its identity has not been verified since.`
            : 'The organisation’s identity has not been verified.',
        ]),
    ...(ico.trim() === ''
      ? ['The organisation has shown no registration with the Information Commissioner.']
      : []),
  ]
}

export type PersonHappened =
  | { readonly kind: 'entered'; readonly name: string; readonly email: string }
  | { readonly kind: 'declared'; readonly on: string; readonly text: string }
  | { readonly kind: 'trained'; readonly on: string; readonly body: string }
  | { readonly kind: 'vetted'; readonly on: string; readonly number: string }

/** A user of an organisation, each proof with its own date. */
export interface User {
  readonly id: string
  readonly events: number
  readonly name: string
  readonly email: string
  readonly declaredOn: string | null
  readonly trainedOn: string | null
  readonly vettedOn: string | null
}

export function userOf(id: string, events: readonly Kept<PersonHappened>[]): User | null {
  let found = null as User | null
  for (const { event } of events) {
    if (event.kind === 'entered')
      found = {
        id,
        events: 0,
        name: event.name,
        email: event.email,
        declaredOn: null,
        trainedOn: null,
        vettedOn: null,
      }
    else if (found) {
      if (event.kind === 'declared') found = { ...found, declaredOn: event.on }
      if (event.kind === 'trained') found = { ...found, trainedOn: event.on }
      if (event.kind === 'vetted') found = { ...found, vettedOn: event.on }
    }
  }
  return found && { ...found, events: events.length }
}

const monthsLater = (date: string, months: number): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10)
}

/** Why this user may do nothing at this moment: an expired proof stops its person and nobody else. */
export function userUnmet(
  user: User,
  { rules, codes }: AccessPolicy,
  at: Date,
  accepted: ReadonlySet<string> = new Set(Object.keys(codes.codes)),
): readonly string[] {
  const day = dateInEngland(at)
  const proof = (name: string, on: string | null, months: number): readonly string[] =>
    on === null
      ? [`${user.id} has no ${name} on record.`]
      : monthsLater(on, months) < day
        ? [`${user.id}: the ${name} of ${on} expired on ${monthsLater(on, months)}.`]
        : []
  const { declarationMonths, trainingMonths, vettingMonths } = rules.evidence
  return [
    ...proof('declaration', user.declaredOn, declarationMonths),
    ...proof('training', user.trainedOn, trainingMonths),
    ...(accepted.has('VETTED') ? proof('disclosure certificate', user.vettedOn, vettingMonths) : []),
  ]
}

export const found = <T>(value: T | null, what: string): Result<T, { code: string; says: string }> =>
  value === null ? fail({ code: 'unknown', says: `There is no ${what}.` }) : ok(value)
