import { parseAgeRecipient } from '../../core/standards/age/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector } from '../collect/index.ts'
import { actsFor } from './applications/acts-for.ts'
import type { Doer } from './applications/event.ts'
import { eventsOf, keepEvents, readOrganisation, readUser, referencesOf } from './events.store.ts'
import { byItself, type Access } from './open-access.ts'
import {
  changedIn,
  type Identity,
  type Organisation,
  type OrganisationHappened,
  type PersonHappened,
  type User,
} from './organisations.ts'
import { doOn, findApplication } from './work.store.ts'

const idForm = /^[a-z0-9][a-z0-9-]{1,59}$/

const bad = (what: string): GatehouseError => new GatehouseError('bad-input', what)

function department(by: Doer): void {
  if (by.organisation !== null || !(by.role === 'operator' || by.duties.includes('access-office')))
    throw new GatehouseError('not-allowed', 'This is for people with the duty access-office.')
}

function itselfOrOffice(by: Doer, organisation: string): void {
  if (!actsFor(by, organisation))
    throw new GatehouseError('not-allowed', 'This is for the organisation itself, or the access office.')
}

/** Enters an organisation: it may apply, and has nothing until somebody verifies who it is. @throws GatehouseError */
export async function registerOrganisation(
  access: Access,
  by: Doer,
  id: string,
  what: Omit<Extract<OrganisationHappened, { kind: 'registered' }>, 'kind'>,
  at: Date,
): Promise<Organisation> {
  department(by)
  if (!idForm.test(id)) throw bad('An organisation is called by small letters, digits and hyphens.')
  if (Object.values<string>({ ...what.identity }).some((each) => each.trim() === ''))
    throw bad('An organisation has a name, a number, an owner and somebody in control.')
  return asCollector(access.collector).write(async (tx) => {
    if ((await eventsOf(tx, id, 'organisation')).length > 0)
      throw new GatehouseError('conflict', 'An organisation of this name is entered.')
    await keepEvents(
      tx,
      { organisation: id, stream: 'organisation', before: 0 },
      [{ kind: 'registered', ...what }],
      by,
      at,
    )
    return readOrganisation(tx, id)
  })
}

/** Records that somebody saw evidence of who the organisation is. Suspended agreements stay so: a person restores each. */
export async function verifyOrganisation(
  access: Access,
  by: Doer,
  id: string,
  evidence: string,
  at: Date,
): Promise<Organisation> {
  department(by)
  if (evidence.trim() === '') throw bad('A verification names its evidence.')
  return addToOrganisation(access, by, id, { kind: 'verified', evidence }, at)
}

/** Where extracts for the organisation are encrypted to. @throws GatehouseError `bad-input` */
export async function giveKey(
  access: Access,
  by: Doer,
  id: string,
  ageRecipient: string,
  at: Date,
): Promise<Organisation> {
  itselfOrOffice(by, id)
  if (!parseAgeRecipient(ageRecipient).ok) throw bad('This is no age key that can be encrypted to.')
  return addToOrganisation(access, by, id, { kind: 'key-given', ageRecipient }, at)
}

async function addToOrganisation(
  access: Access,
  by: Doer,
  id: string,
  event: OrganisationHappened,
  at: Date,
): Promise<Organisation> {
  itselfOrOffice(by, id)
  return asCollector(access.collector).write(async (tx) => {
    const before = await readOrganisation(tx, id)
    await keepEvents(tx, { organisation: id, stream: 'organisation', before: before.events }, [event], by, at)
    return readOrganisation(tx, id)
  })
}

/**
 * Records a change of name, number, owner or control. In the same transaction every agreement of the organisation is
 * suspended, and says why; it stays so until the identity is verified and a person restores it.
 */
export async function changeIdentity(
  access: Access,
  by: Doer,
  id: string,
  change: Partial<Identity>,
  at: Date,
): Promise<{ readonly organisation: Organisation; readonly suspended: readonly string[] }> {
  itselfOrOffice(by, id)
  return asCollector(access.collector).write(async (tx) => {
    const before = await readOrganisation(tx, id)
    const identity = { ...before.identity, ...change }
    const changed = changedIn(before.identity, identity)
    if (changed.length === 0) return { organisation: before, suspended: [] }
    await keepEvents(
      tx,
      { organisation: id, stream: 'organisation', before: before.events },
      [{ kind: 'identity-changed', identity, changed } as OrganisationHappened],
      by,
      at,
    )
    const suspended: string[] = []
    for (const { reference } of await referencesOf(tx, id)) {
      const found = await findApplication(tx, reference)
      const done = await doOn(access, tx, found, { kind: 'look' }, byItself, at)
      if (done.ok && done.value.happened.some(({ kind }) => kind === 'suspended')) suspended.push(reference)
    }
    return { organisation: await readOrganisation(tx, id), suspended }
  })
}

/** Enters a person of an organisation, or records a proof of theirs. @throws GatehouseError */
export async function recordPerson(
  access: Access,
  by: Doer,
  organisation: string,
  id: string,
  event: PersonHappened,
  at: Date,
): Promise<User> {
  itselfOrOffice(by, organisation)
  if (!idForm.test(id)) throw bad('A person is called by small letters, digits and hyphens.')
  return asCollector(access.collector).write(async (tx) => {
    await readOrganisation(tx, organisation)
    const before = await readUser(tx, organisation, id)
    if (event.kind === 'entered' && before)
      throw new GatehouseError('conflict', 'A person of this name is entered.')
    if (event.kind !== 'entered' && !before)
      throw new GatehouseError('not-found', 'The organisation has entered nobody of this name.')
    await keepEvents(
      tx,
      { organisation, stream: `person/${id}`, before: before?.events ?? 0 },
      [event],
      by,
      at,
    )
    const after = await readUser(tx, organisation, id)
    if (!after) throw new GatehouseError('not-found', 'The organisation has entered nobody of this name.')
    return after
  })
}
