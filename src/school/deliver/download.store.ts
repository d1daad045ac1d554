import { createHash, randomBytes } from 'node:crypto'
import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { takePayload, type ReleasedPayload } from '../release/index.ts'
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

/**
 * Takes the file under a token: it is acknowledged, the link is used up and the stored bytes are shredded, all in one
 * transaction; two people with one link do not both get it.
 * @throws GatehouseError `not-found`, the same whether the link never existed, ran out or was used.
 */
export async function openDownload(school: SchoolStore, token: string, at: Date): Promise<ReleasedPayload> {
  return school.write(async (tx) => {
    const row = await tx
      .selectFrom('delivery')
      .select('release_id')
      .where('download_token_hash', '=', hashOf(token))
      .where('download_expires_at', '>', at)
      .where('state', '=', 'sent')
      .executeTakeFirst()
    const payload = row ? await takePayload(tx, school, row.release_id) : null
    if (!payload) throw nothingThere()
    await acknowledgeIn(tx, school, payload, at)
    return payload
  })
}

/**
 * Takes a copy sheet's rows for the person who enters them, and records that they have it: it can be shown once.
 * @throws GatehouseError `not-found` when no sheet waits under that release.
 */
export async function takeCopySheet(
  school: SchoolStore,
  releaseId: string,
  at: Date,
): Promise<ReleasedPayload> {
  return school.write(async (tx) => {
    const row = await tx
      .selectFrom('delivery')
      .select('state')
      .where('release_id', '=', releaseId)
      .where('transport', '=', 'copy-sheet')
      .where('state', '=', 'sent')
      .executeTakeFirst()
    const payload = row ? await takePayload(tx, school, releaseId) : null
    if (!payload) throw nothingThere()
    await acknowledgeIn(tx, school, payload, at)
    return payload
  })
}

const acknowledgeIn = (
  tx: Parameters<typeof settleIn>[0],
  school: SchoolStore,
  payload: ReleasedPayload,
  at: Date,
): Promise<boolean> =>
  settleIn(
    tx,
    school,
    payload.releaseId,
    {
      outcome: 'acknowledged',
      claimId: null,
      from: ['sent'],
      receipt: { bytes: payload.body.length, sha256: payload.sha256 },
    },
    at,
  )

const nothingThere = (): GatehouseError =>
  new GatehouseError('not-found', 'There is no file here any more.', {
    why: 'The link was used, has run out, or never existed.',
    todo: 'Ask the school for a new one.',
  })
