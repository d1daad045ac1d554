import { CompiledQuery, sql } from 'kysely'
import type { Statement } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError, type AgreementId, type RecipientId, type Urn } from '../../core/vocabulary/index.ts'
import type { CtfSource } from './encode-ctf.ts'
import type { Released, ReleaseRequest } from './outcome.ts'
import { releasedFromRow } from './released-row.ts'
import { releasesWithDelivery } from './releases-with-delivery.store.ts'

export const runStatement = async (
  tx: Tx,
  statement: Statement,
  ...more: readonly unknown[]
): Promise<readonly Record<string, unknown>[]> =>
  (
    await tx.executeQuery<Record<string, unknown>>(
      CompiledQuery.raw(statement.text, [...statement.parameters, ...more]),
    )
  ).rows

/**
 * The instant to decide at: that of the request, or of the latest choice, when it was recorded in the moment between the
 * request and this transaction. What was committed counts, whatever clock wrote it.
 */
export async function decidingInstant(tx: Tx, at: Date): Promise<Date> {
  const { latest } = await tx
    .selectFrom('consent_choice')
    .select(({ fn }) => fn.max<Date | null>('recorded_at').as('latest'))
    .where('recorded_at', '>', at)
    .executeTakeFirstOrThrow()
  return latest ?? at
}

/**
 * The key under which a request's release stands or is to be made. A release that was stopped before it left does not count
 * as made: the next one of its key takes a key that names it, for a release is never rewritten.
 */
export async function keyInForce(tx: Tx, requestKey: string): Promise<string> {
  for (let key = requestKey; ;) {
    const stopped = await releasesWithDelivery(tx)
      .select('release.ledger_index')
      .where('release.request_key', '=', key)
      .where('delivery.state', '=', 'cancelled')
      .executeTakeFirst()
    if (!stopped) return key
    key = `${requestKey}/after-${stopped.ledger_index}`
  }
}

/**
 * The release that an earlier request of the same key made and that was not stopped before it left, or null.
 * @throws GatehouseError `conflict` when the key was used for another agreement.
 */
export async function releasedBefore(
  tx: Tx,
  { requestKey, agreementId }: Pick<ReleaseRequest, 'requestKey' | 'agreementId'>,
): Promise<Released | null> {
  const row = await tx
    .selectFrom('release')
    .selectAll()
    .where('request_key', '=', await keyInForce(tx, requestKey))
    .executeTakeFirst()
  if (!row) return null
  if (row.agreement_id !== agreementId) {
    throw new GatehouseError('conflict', 'This request key was used for another agreement.', {
      where: row.agreement_id,
    })
  }
  return releasedFromRow(row)
}

/** How many pupils the population had at the last release under the agreement; null when there was none. */
export async function lastPopulation(tx: Tx, agreementId: AgreementId): Promise<number | null> {
  const last = await tx
    .selectFrom('release')
    .select(['permitted_pupils', 'withheld_pupils'])
    .where('agreement_id', '=', agreementId)
    .where('kind', '=', 'feed')
    .orderBy('ledger_index', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last ? last.permitted_pupils + last.withheld_pupils : null
}

export async function noticeInForce(tx: Tx): Promise<number | null> {
  const { version } = await tx
    .selectFrom('notice_version')
    .select(({ fn }) => fn.max<number | null>('version').as('version'))
    .executeTakeFirstOrThrow()
  return version
}

export async function takeSource(tx: Tx): Promise<CtfSource> {
  const school = await tx
    .selectFrom('school')
    .select(['school_urn', 'name', 'la_number', 'establishment_number'])
    .executeTakeFirstOrThrow()
  return {
    urn: school.school_urn,
    name: school.name,
    la: school.la_number,
    establishment: school.establishment_number,
  }
}

/** The header of the school's own blank template, when somebody has checked the columns against it. */
export async function checkedTemplate(tx: Tx, recipientId: RecipientId): Promise<readonly string[] | null> {
  const standing = await tx
    .selectFrom('recipient_standing')
    .select(['template_header', 'template_checked_on'])
    .where('recipient_id', '=', recipientId)
    .executeTakeFirst()
  return standing?.template_checked_on ? standing.template_header : null
}

/** The next serial number of a transfer file whose name begins so. */
export async function nextSerial(tx: Tx, prefix: string): Promise<number> {
  const { n } = await tx
    .selectFrom('release')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('format', '=', 'ctf')
    .where(sql<boolean>`starts_with(file_name, ${prefix})`)
    .executeTakeFirstOrThrow()
  return n + 1
}

/**
 * Ends the deciding part: makes sure that nothing which could take a permission away was committed since this transaction
 * began, and that nothing is until it ends. A change in between makes the whole transaction start again.
 */
export async function closeGate(tx: Tx, urn: Urn): Promise<void> {
  await tx
    .insertInto('release_gate')
    .values({ school_urn: urn, changes: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx.selectFrom('release_gate').select('changes').where('school_urn', '=', urn).forShare().execute()
}
