import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { dateInEngland, fail, ok, type RecipientId, type Result } from '../../core/vocabulary/index.ts'
import { faultsOf, type FieldFault, type StandingChange } from './standing-change.ts'
import { knownRecipient, standingsOf, writeStanding } from './standing.store.ts'

export type StandingChangeKind = StandingChange['kind'] | 'endpoint' | 'template'

/** One line of a recipient's history. */
export interface RecordedStandingChange {
  readonly kind: StandingChangeKind
  /** Dates, references, public keys and settings; no secret. */
  readonly detail: Readonly<Record<string, unknown>>
  readonly recordedAt: Date
  readonly recordedBy: string
}

/**
 * Records one thing that a recipient showed, with who recorded it and when. A change of name or control takes the
 * verification back, whenever it was made: whoever made it had not heard of the change.
 * @throws GatehouseError `not-found` for a recipient the policy does not know.
 */
export async function changeStanding(
  school: SchoolStore,
  change: StandingChange,
  at: Date,
): Promise<Result<undefined, readonly FieldFault[]>> {
  return school.write(async (tx) => {
    const { recipientId } = change
    await knownRecipient(tx, recipientId)
    const shown = (await standingsOf(tx)).get(recipientId)
    const faults = faultsOf(change, shown ?? { identityChangedOn: null }, dateInEngland(at))
    if (faults.length > 0) return fail(faults)
    await writeStanding(tx, school.urn, recipientId, columnsOf(change, school.actor.name))
    await noteStandingChange(tx, school, recipientId, change.kind, detailOf(change), at)
    return ok(undefined)
  })
}

function detailOf(change: StandingChange): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(change).filter(([name]) => name !== 'recipientId' && name !== 'kind'),
  )
}

function columnsOf(change: StandingChange, by: string): Readonly<Record<string, unknown>> {
  switch (change.kind) {
    case 'identity-verified':
      return { identity_verified_on: change.on, identity_verified_by: by }
    case 'identity-changed':
      return { identity_changed_on: change.on, identity_verified_on: null, identity_verified_by: null }
    case 'contract':
      return { contract_on: change.on, contract_reference: change.reference.trim() }
    case 'safeguard':
      return { transfer_safeguard: change.safeguard.trim(), transfer_safeguard_on: change.on }
    case 'key':
      return { age_recipient: change.ageRecipient.trim(), age_recipient_expires_on: change.expiresOn }
  }
}

/** Adds a line to a recipient's history, in the transaction that changes its record. */
export const noteStandingChange = (
  tx: Tx,
  school: SchoolStore,
  recipientId: RecipientId,
  kind: StandingChangeKind,
  detail: Readonly<Record<string, unknown>>,
  at: Date,
): Promise<unknown> =>
  tx
    .insertInto('standing_change')
    .values({
      school_urn: school.urn,
      recipient_id: recipientId,
      kind,
      detail: JSON.stringify(detail),
      recorded_at: at,
      recorded_by: school.actor.name,
    })
    .execute()

/** A recipient's history, newest first. */
export async function standingChanges(
  tx: Tx,
  recipientId: RecipientId,
): Promise<readonly RecordedStandingChange[]> {
  const rows = await tx
    .selectFrom('standing_change')
    .select(['kind', 'detail', 'recorded_at', 'recorded_by'])
    .where('recipient_id', '=', recipientId)
    .orderBy('sequence', 'desc')
    .limit(200)
    .execute()
  return rows.map((row) => ({
    kind: row.kind as StandingChangeKind,
    detail: row.detail as Readonly<Record<string, unknown>>,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
  }))
}
