import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Happened, Kept } from './applications/event.ts'
import {
  organisationOf,
  userOf,
  type Organisation,
  type OrganisationHappened,
  type PersonHappened,
  type User,
} from './organisations.ts'

const references = /^ds[0-9]{5}$/

export async function eventsOf<Event>(
  tx: Tx,
  organisation: string,
  stream: string,
): Promise<readonly Kept<Event>[]> {
  const rows = await tx
    .selectFrom('access_event')
    .select(['number', 'data', 'by_name', 'by_role', 'at'])
    .where('organisation', '=', organisation)
    .where('stream', '=', stream)
    .orderBy('number')
    .execute()
  return rows.map((row) => ({
    number: row.number,
    event: row.data as Event,
    by: { name: row.by_name, role: row.by_role },
    at: row.at,
  }))
}

/** Adds what happened after the `before` events that the caller looked at; somebody else's addition in between is a conflict. */
export async function keepEvents(
  tx: Tx,
  where: { readonly organisation: string; readonly stream: string; readonly before: number },
  events: readonly { readonly kind: string }[],
  by: { readonly name: string; readonly role: string },
  at: Date,
): Promise<void> {
  if (events.length === 0) return
  await tx
    .insertInto('access_event')
    .values(
      events.map((event, i) => ({
        organisation: where.organisation,
        stream: where.stream,
        number: where.before + i + 1,
        kind: event.kind,
        data: JSON.stringify(event),
        by_name: by.name,
        by_role: by.role,
        at,
      })),
    )
    .execute()
}

/** The organisation of an application's reference. @throws GatehouseError `not-found` */
export async function organisationOfReference(tx: Tx, reference: string): Promise<string> {
  const row = await tx
    .selectFrom('access_event')
    .select('organisation')
    .where('stream', '=', reference)
    .where('number', '=', 1)
    .executeTakeFirst()
  if (!row || !references.test(reference))
    throw new GatehouseError('not-found', 'There is no application of this reference.')
  return row.organisation
}

export const applicationEvents = (
  tx: Tx,
  organisation: string,
  reference: string,
): Promise<readonly Kept[]> => eventsOf<Happened>(tx, organisation, reference)

/** References of an organisation's applications, or of all, in order. */
export async function referencesOf(
  tx: Tx,
  organisation: string | null = null,
): Promise<readonly { organisation: string; reference: string }[]> {
  let query = tx
    .selectFrom('access_event')
    .select(['organisation', 'stream as reference'])
    .where('number', '=', 1)
    .where('stream', '~', '^ds[0-9]{5}$')
    .orderBy('stream')
  if (organisation !== null) query = query.where('organisation', '=', organisation)
  return query.execute()
}

/** The next reference; two at once conflict on their first event and the later one begins again. Asked in the collector's scope. */
export async function nextReference(tx: Tx): Promise<string> {
  const { rows } = await sql<{ last: string | null }>`
    select max(stream) as last from access_event where stream ~ '^ds[0-9]{5}$'`.execute(tx)
  return `ds${String(Number(rows[0]?.last?.slice(2) ?? 0) + 1).padStart(5, '0')}`
}

/** @throws GatehouseError `not-found` */
export async function readOrganisation(tx: Tx, id: string): Promise<Organisation> {
  const organisation = organisationOf(id, await eventsOf<OrganisationHappened>(tx, id, 'organisation'))
  if (!organisation) throw new GatehouseError('not-found', 'There is no organisation of this name.')
  return organisation
}

export async function readUser(tx: Tx, organisation: string, id: string): Promise<User | null> {
  return userOf(id, await eventsOf<PersonHappened>(tx, organisation, `person/${id}`))
}

export async function allOrganisations(tx: Tx): Promise<readonly Organisation[]> {
  const rows = await tx
    .selectFrom('access_event')
    .select('organisation')
    .where('stream', '=', 'organisation')
    .where('number', '=', 1)
    .orderBy('organisation')
    .execute()
  const found: Organisation[] = []
  for (const row of rows) found.push(await readOrganisation(tx, row.organisation))
  return found
}

export async function usersOfOrganisation(tx: Tx, organisation: string): Promise<readonly User[]> {
  const rows = await tx
    .selectFrom('access_event')
    .select('stream')
    .where('organisation', '=', organisation)
    .where('stream', 'like', 'person/%')
    .where('number', '=', 1)
    .orderBy('stream')
    .execute()
  const found: User[] = []
  for (const { stream } of rows) {
    const user = await readUser(tx, organisation, stream.slice('person/'.length))
    if (user) found.push(user)
  }
  return found
}
