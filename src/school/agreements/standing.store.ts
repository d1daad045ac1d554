import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { GatehouseError, isIsoDate, type RecipientId, type Standing } from '../../core/vocabulary/index.ts'

/** What recipients have shown, by id; those that have shown nothing are not in it. */
export async function standingsOf(tx: Tx): Promise<ReadonlyMap<RecipientId, Standing>> {
  const rows = await tx
    .selectFrom('recipient_standing')
    .select([
      'recipient_id',
      'identity_verified_on',
      'identity_changed_on',
      'contract_on',
      'transfer_safeguard',
      'transfer_safeguard_on',
      'age_recipient',
      'age_recipient_expires_on',
    ])
    .execute()
  return new Map(
    rows.map((row) => [
      row.recipient_id,
      {
        recipientId: row.recipient_id,
        identityVerifiedOn: row.identity_verified_on,
        identityChangedOn: row.identity_changed_on,
        contractOn: row.contract_on,
        transferSafeguard: row.transfer_safeguard,
        transferSafeguardOn: row.transfer_safeguard_on,
        ageRecipient: row.age_recipient,
        ageRecipientExpiresOn: row.age_recipient_expires_on,
      },
    ]),
  )
}

/** What a recipient showed, and how it is reached. Only the parts that are given are changed. */
export interface ShownStanding extends Partial<Omit<Standing, 'recipientId'>> {
  readonly recipientId: RecipientId
  readonly contractReference?: string | null
  /** Name of the secret in the secret store; never the secret. */
  readonly secretReference?: string | null
}

/**
 * Records what a recipient showed: a checked identity, a contract, a key. The person who records it is kept with a checked
 * identity. `endpoint` replaces the transport's settings as a whole; it holds no secrets.
 * @throws GatehouseError `bad-input` for a date that is none, `not-found` for a recipient the policy does not know.
 */
export async function recordStanding(
  school: SchoolStore,
  shown: ShownStanding,
  endpoint?: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const day of [
    shown.identityVerifiedOn,
    shown.identityChangedOn,
    shown.contractOn,
    shown.transferSafeguardOn,
    shown.ageRecipientExpiresOn,
  ]) {
    if (day != null && !isIsoDate(day)) {
      throw new GatehouseError('bad-input', 'A date of the recipient’s record is not one.', {
        where: shown.recipientId,
        todo: 'Write it as YYYY-MM-DD.',
      })
    }
  }
  const columns = {
    ...given('identity_verified_on', shown.identityVerifiedOn),
    ...(shown.identityVerifiedOn === undefined ? {} : { identity_verified_by: school.actor.name }),
    ...given('identity_changed_on', shown.identityChangedOn),
    ...given('contract_on', shown.contractOn),
    ...given('contract_reference', shown.contractReference),
    ...given('transfer_safeguard', shown.transferSafeguard),
    ...given('transfer_safeguard_on', shown.transferSafeguardOn),
    ...given('age_recipient', shown.ageRecipient),
    ...given('age_recipient_expires_on', shown.ageRecipientExpiresOn),
    ...given('secret_reference', shown.secretReference),
    ...(endpoint === undefined ? {} : { endpoint: JSON.stringify(endpoint) }),
  }
  await school.write(async (tx) => {
    await knownRecipient(tx, shown.recipientId)
    await writeStanding(tx, school.urn, shown.recipientId, columns)
  })
}

const given = <K extends string, V>(column: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [column]: value } as Record<K, V>)

/** @throws GatehouseError `not-found` for a recipient the policy does not know. */
export async function knownRecipient(tx: Tx, id: RecipientId): Promise<void> {
  const row = await tx
    .selectFrom('policy_document')
    .select('id')
    .where('kind', '=', 'recipient')
    .where('id', '=', id)
    .where('superseded_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new GatehouseError('not-found', 'The policy has no such recipient.', { where: id })
}

/** Writes the given columns of a recipient's standing and leaves the others. */
export async function writeStanding(
  tx: Tx,
  urn: string,
  id: RecipientId,
  columns: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx
    .insertInto('recipient_standing')
    .values({ school_urn: urn, recipient_id: id, ...columns })
    .onConflict((conflict) =>
      Object.keys(columns).length === 0
        ? conflict.columns(['school_urn', 'recipient_id']).doNothing()
        : conflict
            .columns(['school_urn', 'recipient_id'])
            .doUpdateSet(
              Object.fromEntries(
                Object.keys(columns).map((column) => [column, sql.ref(`excluded.${column}`)]),
              ),
            ),
    )
    .execute()
}
