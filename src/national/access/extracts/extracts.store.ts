import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import {
  appendEntry,
  commitPayload,
  departmentLedger,
  storeOpenings,
  storePayloadOpening,
  type Opening,
  type ReleaseEntry,
} from '../../../core/ledger/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'

export interface StoredExtract {
  readonly id: string
  readonly organisation: string
  readonly application: string
  readonly at: Date
  readonly entry: number
  readonly manifest: unknown
  readonly stoppedAt: Date | null
  readonly held: boolean
}

/** Writes a release into the department's ledger with what opens its commitments. */
export async function keepRelease(
  tx: Tx,
  release: Omit<ReleaseEntry, 'payload'> & { readonly format: string },
  payload: Uint8Array,
  openings: readonly Opening[],
  at: Date,
): Promise<number> {
  const { commitment, opening } = commitPayload(payload)
  const { format, ...entry } = release
  const { index } = await appendEntry(tx, departmentLedger, { ...entry, payload: { commitment, format } }, at)
  await storeOpenings(tx, departmentLedger, index, openings)
  await storePayloadOpening(tx, departmentLedger, index, opening)
  return index
}

export async function keepExtract(
  tx: Tx,
  extract: {
    readonly id: string
    readonly organisation: string
    readonly application: string
    readonly entry: number
    readonly manifest: unknown
    readonly payload: Uint8Array
  },
  at: Date,
): Promise<void> {
  await tx
    .insertInto('access_extract')
    .values({
      organisation: extract.organisation,
      id: extract.id,
      application: extract.application,
      at,
      entry_index: extract.entry,
      manifest: JSON.stringify(extract.manifest),
      payload: Buffer.from(extract.payload),
    })
    .execute()
}

export async function extractsOf(tx: Tx, reference: string): Promise<readonly StoredExtract[]> {
  const rows = await tx
    .selectFrom('access_extract')
    .select(({ eb }) => [
      'id',
      'organisation',
      'application',
      'at',
      'entry_index',
      'manifest',
      'stopped_at',
      eb('payload', 'is not', null).as('held'),
    ])
    .where('application', '=', reference)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    organisation: row.organisation,
    application: row.application,
    at: row.at,
    entry: row.entry_index,
    manifest: row.manifest,
    stoppedAt: row.stopped_at,
    held: Boolean(row.held),
  }))
}

/** A piece of an extract's encrypted bytes; asked piece by piece, so that a download stops when access does. @throws GatehouseError `not-allowed`, `not-found` */
export async function pieceOf(tx: Tx, id: string, from: number, bytes: number): Promise<Uint8Array> {
  const row = await tx
    .selectFrom('access_extract')
    .select([
      'stopped_at',
      sql<Uint8Array | null>`substring(payload from ${from + 1}::int for ${bytes}::int)`.as('piece'),
    ])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new GatehouseError('not-found', 'There is no such extract.')
  if (row.stopped_at !== null || row.piece === null)
    throw new GatehouseError('not-allowed', 'This extract is no longer given out.')
  return row.piece
}

/** Opens a recall of each extract that the recipient has: in the ledger, about the release's own entry and pupils. */
export async function recallExtracts(tx: Tx, recipient: string, reference: string, at: Date): Promise<void> {
  for (const { entry } of await extractsOf(tx, reference)) {
    const row = await tx
      .selectFrom('ledger_entry')
      .select('leaf')
      .where('school_urn', '=', departmentLedger)
      .where('index', '=', entry)
      .executeTakeFirstOrThrow()
    const { pupils } = JSON.parse(Buffer.from(row.leaf).toString('utf8')) as ReleaseEntry
    await appendEntry(
      tx,
      departmentLedger,
      {
        type: 'recall/v1',
        at: at.toISOString(),
        recall: randomUUID(),
        recipient,
        release: entry,
        event: 'demanded',
        ground: 'revoked',
        pupils,
      },
      at,
    )
  }
}

/** Stops and shreds whatever of an agreement's extracts still lies here. */
export async function stopExtracts(tx: Tx, reference: string, at: Date): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('access_extract')
    .set({ stopped_at: at, payload: null })
    .where('application', '=', reference)
    .where('stopped_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
