import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { parseWritten } from '../../core/standards/csv/index.ts'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { takePayload, type ReleasedPayload } from '../release/index.ts'
import { claimEnd } from './claim.store.ts'
import { hasDied, newClaimant } from './claimant.ts'
import { settleIn } from './delivery.store.ts'

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A link that works once, for so many days. */
const linkDays = 14

/**
 * Makes the link's token for a download that is laid out; an earlier link of the same release stops working. Only its hash
 * is kept: hand it on at once.
 * @throws GatehouseError `not-found` when nothing is laid out under that release.
 */
export async function makeDownloadLink(school: SchoolStore, releaseId: string, at: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const changed = await school.write((tx) =>
    tx
      .updateTable('delivery')
      .set({
        download_token_hash: hashOf(token),
        claimed_by: null,
        claimed_until: null,
        download_expires_at: new Date(at.getTime() + linkDays * 86_400_000),
      })
      .where('release_id', '=', releaseId)
      .where('transport', '=', 'download')
      .where('state', '=', 'sent')
      .executeTakeFirst(),
  )
  if (changed.numUpdatedRows === 0n) throw nothingThere()
  return token
}

/** True when a token would still open a download; says nothing of which. */
export const isDownloadOpen = (school: SchoolStore, token: string, at: Date): Promise<boolean> =>
  school.read(
    async (tx) =>
      (await tx
        .selectFrom('delivery')
        .select('release_id')
        .where('download_token_hash', '=', hashOf(token))
        .where('download_expires_at', '>', at)
        .where('state', '=', 'sent')
        .executeTakeFirst()) !== undefined,
  )

export interface Download {
  readonly payload: ReleasedPayload
  /** To be called when the last byte was handed over: acknowledges, uses the link up, shreds the bytes. */
  fetched(at: Date): Promise<void>
}

/**
 * Begins to hand over the file under a token. Nobody else gets it meanwhile; one that broke off may be begun again when this
 * claim has run out, as long as the link lives. It is used up once `fetched` was called.
 * @throws GatehouseError `not-found`, the same whether the link never existed, ran out, was used or is in use.
 */
export async function beginDownload(school: SchoolStore, token: string, at: Date): Promise<Download> {
  const claimId = newClaimant()
  const payload = await school.write(async (tx) => {
    const row = await tx
      .selectFrom('delivery')
      .select(['release_id', 'claimed_by'])
      .select(sql<boolean>`claimed_until is null or claimed_until <= clock_timestamp()`.as('free'))
      .where('download_token_hash', '=', hashOf(token))
      .where('download_expires_at', '>', at)
      .where('state', '=', 'sent')
      .forUpdate()
      .executeTakeFirst()
    if (!row || !(row.free || hasDied(row.claimed_by))) throw nothingThere()
    const taken = await takePayload(tx, school, row.release_id)
    if (!taken) throw nothingThere()
    await tx
      .updateTable('delivery')
      .set({ claimed_by: claimId, claimed_until: claimEnd })
      .where('release_id', '=', row.release_id)
      .execute()
    return taken
  })
  return {
    payload,
    fetched: async (when) => {
      await school.write((tx) => acknowledgeIn(tx, school, payload, when, claimId))
    },
  }
}

/** Takes the file under a token whole, at once. For a connection that may break, `beginDownload`. */
export async function openDownload(school: SchoolStore, token: string, at: Date): Promise<ReleasedPayload> {
  const download = await beginDownload(school, token, at)
  await download.fetched(at)
  return download.payload
}

/**
 * A copy sheet for the person who types it in. It may be looked at until that person says that it is entered.
 * @throws GatehouseError `not-found` when no sheet waits under that release.
 */
export async function readCopySheet(school: SchoolStore, releaseId: string): Promise<CopySheet> {
  const payload = await school.read((tx) => waitingSheet(tx, school, releaseId))
  const { header, rows } = parseWritten(payload.body, 'refuse')
  return { payload, header, rows }
}

export interface CopySheet {
  readonly payload: ReleasedPayload
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

async function waitingSheet(tx: Tx, school: SchoolStore, releaseId: string): Promise<ReleasedPayload> {
  const row = await tx
    .selectFrom('delivery')
    .select('release_id')
    .where('release_id', '=', releaseId)
    .where('transport', '=', 'copy-sheet')
    .where('state', '=', 'sent')
    .executeTakeFirst()
  const payload = row ? await takePayload(tx, school, releaseId) : null
  if (!payload) throw nothingThere()
  return payload
}

/**
 * Records that a copy sheet was entered at the recipient: it can't be shown again. Returns what was on it.
 * @throws GatehouseError `not-found` when no sheet waits under that release.
 */
export async function takeCopySheet(
  school: SchoolStore,
  releaseId: string,
  at: Date,
): Promise<ReleasedPayload> {
  return school.write(async (tx) => {
    const payload = await waitingSheet(tx, school, releaseId)
    await acknowledgeIn(tx, school, payload, at, null)
    return payload
  })
}

const acknowledgeIn = (
  tx: Tx,
  school: SchoolStore,
  payload: ReleasedPayload,
  at: Date,
  claimId: string | null,
): Promise<boolean> =>
  settleIn(
    tx,
    school,
    payload.releaseId,
    {
      outcome: 'acknowledged',
      claimId,
      from: ['sent'],
      receipt: { bytes: payload.body.length, sha256: payload.sha256 },
    },
    at,
  )

const nothingThere = (): GatehouseError =>
  new GatehouseError('not-found', 'There is no file here any more.', {
    why: 'The link was used, has run out, is in use, or never existed.',
    todo: 'Ask the school for a new one.',
  })
