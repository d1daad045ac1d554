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

/**
 * Whether a file is with its recipient, still here, or was stopped before it left. One laid out for download or as a sheet
 * waits until somebody took it; one that nobody could deliver waits too.
 */
export function whereIs({
  deliveryState,
  transport,
}: Pick<PastRelease, 'deliveryState' | 'transport'>): 'left' | 'waiting' | 'stopped' {
  if (deliveryState === 'cancelled') return 'stopped'
  if (deliveryState === 'acknowledged') return 'left'
  const laidOut = transport === 'download' || transport === 'copy-sheet'
  return deliveryState === 'sent' && !laidOut ? 'left' : 'waiting'
}

/** Which releases to show. Without `restricted`, those kept from view (safeguarding, crime) are left out. */
export interface Asked {
  readonly since: Date
  readonly restricted: boolean
  readonly agreementId?: AgreementId
  /** Only those that stand before this entry in the ledger: the next page of a long list. */
  readonly before?: number
}

/** No more of them at once. */
export const releasesAtOnce = 500

/** The latest releases asked for, newest first, so many at most. */
export async function pastReleases(tx: Tx, asked: Asked): Promise<readonly PastRelease[]> {
  let query = select(tx, asked).orderBy('r.ledger_index', 'desc').limit(releasesAtOnce)
  if (asked.agreementId !== undefined) query = query.where('r.agreement_id', '=', asked.agreementId)
  if (asked.before !== undefined) query = query.where('r.ledger_index', '<', asked.before)
  return (await query.execute()).map(pastRelease)
}

function select(tx: Tx, { since, restricted }: Pick<Asked, 'since' | 'restricted'>) {
  const query = tx
    .selectFrom('release as r')
    .leftJoin('delivery as d', (join) =>
      join.onRef('d.school_urn', '=', 'r.school_urn').onRef('d.release_id', '=', 'r.id'),
    )
    .innerJoin('ledger_entry as e', (join) =>
      join.onRef('e.school_urn', '=', 'r.school_urn').onRef('e.index', '=', 'r.ledger_index'),
    )
    .selectAll('r')
    .select(['d.transport', 'd.state', 'd.last_error'])
    .where('r.decided_at', '>=', since)
  return restricted ? query : query.where('e.visibility', '<>', 'restricted')
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function pastRelease(row: Row): PastRelease {
  return {
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
  }
}

/** One release. @throws GatehouseError `not-found`, also for one that is kept from whoever asks. */
export async function releaseById(tx: Tx, id: string, restricted: boolean): Promise<PastRelease> {
  const row = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
    ? await select(tx, { since: new Date(0), restricted })
        .where('r.id', '=', id)
        .executeTakeFirst()
    : undefined
  if (!row) throw new GatehouseError('not-found', 'There is no such release.')
  return pastRelease(row)
}

/** Where the files are that these entries of the ledger tell of; an entry that tells of none is not in it. */
export async function filesOf(
  tx: Tx,
  entries: readonly number[],
): Promise<ReadonlyMap<number, ReturnType<typeof whereIs>>> {
  if (entries.length === 0) return new Map()
  const rows = await select(tx, { since: new Date(0), restricted: true })
    .where('r.ledger_index', 'in', entries)
    .execute()
  return new Map(rows.map((row) => [row.ledger_index, whereIs(pastRelease(row))]))
}

/** The newest release of each agreement, by agreement id. */
export async function latestReleases(
  tx: Tx,
  restricted: boolean,
): Promise<ReadonlyMap<AgreementId, PastRelease>> {
  const rows = await select(tx, { since: new Date(0), restricted })
    .distinctOn('r.agreement_id')
    .orderBy('r.agreement_id')
    .orderBy('r.ledger_index', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.agreement_id, pastRelease(row)]))
}

/** Pupil records that were released, by recipient and day in England; what was stopped before it left is not among them. */
export async function leftByDay(
  tx: Tx,
  { since, restricted }: Asked,
): Promise<readonly { recipientId: RecipientId; day: string; records: number }[]> {
  const { rows } = await sql<{ recipientId: string; day: string; records: number }>`
    select r.recipient_id as "recipientId", (r.decided_at at time zone 'Europe/London')::date as day,
      sum(r.permitted_pupils)::int as records
    from release r join ledger_entry e on e.school_urn = r.school_urn and e.index = r.ledger_index
    left join delivery d on d.school_urn = r.school_urn and d.release_id = r.id
    where r.decided_at >= ${since} and d.state is distinct from 'cancelled' and (e.visibility <> 'restricted' or ${restricted})
    group by 1, 2 order by 2, 1`.execute(tx)
  return rows
}
