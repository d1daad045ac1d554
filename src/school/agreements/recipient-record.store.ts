import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { RecipientId, Standing } from '../../core/vocabulary/index.ts'
import { nothingShown } from './current-policy.ts'
import { noteStandingChange } from './standing-change.store.ts'
import { knownRecipient, standingsOf, writeStanding } from './standing.store.ts'

/** Everything on record about a recipient but its secrets. */
export interface RecipientRecord {
  readonly standing: Standing
  readonly verifiedBy: string | null
  readonly contractReference: string | null
  /** How it is reached; empty when nobody has said. */
  readonly endpoint: Readonly<Record<string, unknown>>
  /** The name of the secret that opens the way. */
  readonly secretReference: string | null
  readonly template: { readonly header: readonly string[]; readonly checkedOn: string } | null
}

/** @throws GatehouseError `not-found` for a recipient the policy does not know. */
export async function recipientRecord(tx: Tx, id: RecipientId): Promise<RecipientRecord> {
  await knownRecipient(tx, id)
  const row = await tx
    .selectFrom('recipient_standing')
    .select([
      'identity_verified_by',
      'contract_reference',
      'endpoint',
      'secret_reference',
      'template_header',
      'template_checked_on',
    ])
    .where('recipient_id', '=', id)
    .executeTakeFirst()
  return {
    standing: (await standingsOf(tx)).get(id) ?? nothingShown(id),
    verifiedBy: row?.identity_verified_by ?? null,
    contractReference: row?.contract_reference ?? null,
    endpoint: (row?.endpoint ?? {}) as Readonly<Record<string, unknown>>,
    secretReference: row?.secret_reference ?? null,
    template:
      row?.template_header && row.template_checked_on
        ? { header: row.template_header, checkedOn: row.template_checked_on }
        : null,
  }
}

/**
 * Records where a recipient wants its files, and the name of the secret that opens the way. The settings were checked and
 * hold no secret; returns the name of the secret before, which nothing uses any more.
 * @throws GatehouseError `not-found` for a recipient the policy does not know.
 */
export async function recordAddress(
  school: SchoolStore,
  id: RecipientId,
  settings: Readonly<Record<string, unknown>>,
  secretReference: string | null,
  at: Date,
): Promise<string | null> {
  return school.write(async (tx) => {
    const before = (await recipientRecord(tx, id)).secretReference
    await writeStanding(tx, school.urn, id, {
      endpoint: JSON.stringify(settings),
      secret_reference: secretReference,
    })
    const detail = { ...settings, newSecret: before !== secretReference && secretReference !== null }
    await noteStandingChange(tx, school, id, 'endpoint', detail, at)
    return before === secretReference ? null : before
  })
}
