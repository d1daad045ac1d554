import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import {
  GatehouseError,
  type AgreementId,
  type RecipientId,
  type RefusalCode,
} from '../../../core/vocabulary/index.ts'

/** One release with where its delivery stands. */
export interface PastRelease {
  readonly id: string
  readonly agreementId: AgreementId
  readonly agreementVersion: number
  readonly recipientId: RecipientId
  readonly decidedAt: Date
  readonly releasedBy: string
  readonly permittedPupils: number
  readonly withheldPupils: number
  readonly withheldReasons: ReadonlyMap<RefusalCode, number>
  readonly items: readonly string[]
  readonly fileName: string
  readonly ledgerIndex: number
  readonly transport: string | null
  readonly deliveryState: string | null
  readonly deliveryError: string
}

/** Which releases to show. Without `restricted`, those kept from view (safeguarding, crime) are left out. */
export interface Asked {
  readonly since: Date
  readonly restricted: boolean
  readonly agreementId?: AgreementId
}

/** Releases, newest first. */
export async function pastReleases(tx: Tx, asked: Asked): Promise<readonly PastRelease[]> {
  let query = tx
    .selectFrom('release as r')
    .leftJoin('delivery as d', (join) =>
      join.onRef('d.school_urn', '=', 'r.school_urn').onRef('d.release_id', '=', 'r.id'),
    )
    .innerJoin('ledger_entry as e', (join) =>
      join.onRef('e.school_urn', '=', 'r.school_urn').onRef('e.index', '=', 'r.ledger_index'),
    )
    .selectAll('r')
    .select(['d.transport', 'd.state', 'd.last_error'])
    .where('r.decided_at', '>=', asked.since)
    .orderBy('r.ledger_index', 'desc')
    .limit(500)
  if (!asked.restricted) query = query.where('e.visibility', '<>', 'restricted')
  if (asked.agreementId !== undefined) query = query.where('r.agreement_id', '=', asked.agreementId)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    agreementId: row.agreement_id,
    agreementVersion: row.agreement_version,
    recipientId: row.recipient_id,
    decidedAt: row.decided_at,
    releasedBy: row.released_by,
    permittedPupils: row.permitted_pupils,
    withheldPupils: row.withheld_pupils,
    withheldReasons: new Map(Object.entries(row.withheld_reasons as Record<RefusalCode, number>)) as Map<
      RefusalCode,
      number
    >,
    items: row.items,
    fileName: row.file_name,
    ledgerIndex: row.ledger_index,
    transport: row.transport,
    deliveryState: row.state,
    deliveryError: row.last_error ?? '',
  }))
}

/** Which agreement a release was made under. @throws GatehouseError `not-found` */
export async function releaseById(
  tx: Tx,
  id: string,
): Promise<{ readonly id: string; readonly agreementId: AgreementId }> {
  const row = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    ? await tx.selectFrom('release').select(['id', 'agreement_id']).where('id', '=', id).executeTakeFirst()
    : undefined
  if (!row) throw new GatehouseError('not-found', 'There is no such release.')
  return { id: row.id, agreementId: row.agreement_id }
}

/** The newest release of each agreement, by agreement id. */
export async function latestReleases(
  tx: Tx,
  restricted: boolean,
): Promise<ReadonlyMap<AgreementId, PastRelease>> {
  const latest = new Map<AgreementId, PastRelease>()
  for (const release of await pastReleases(tx, { since: new Date(0), restricted })) {
    if (!latest.has(release.agreementId)) latest.set(release.agreementId, release)
  }
  return latest
}

/** Pupil records that left, by recipient and day in England. */
export async function leftByDay(
  tx: Tx,
  { since, restricted }: Asked,
): Promise<readonly { recipientId: RecipientId; day: string; records: number }[]> {
  const { rows } = await sql<{ recipientId: string; day: string; records: number }>`
    select r.recipient_id as "recipientId", (r.decided_at at time zone 'Europe/London')::date as day,
      sum(r.permitted_pupils)::int as records
    from release r join ledger_entry e on e.school_urn = r.school_urn and e.index = r.ledger_index
    where r.decided_at >= ${since} and (e.visibility <> 'restricted' or ${restricted})
    group by 1, 2 order by 2, 1`.execute(tx)
  return rows
}
