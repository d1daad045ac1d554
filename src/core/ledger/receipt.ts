import { canonicalJson } from '../standards/index.ts'
import {
  formatProof,
  hashLeaf,
  inclusionRanges,
  parseCheckpoint,
  parseNote,
  unpackHashes,
  verifyInclusion,
} from '../standards/tlog/index.ts'
import type { SchoolStore } from '../store/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { broken } from './broken.ts'
import { hex, pupilProof } from './commitment.ts'
import { decodeLeaf } from './leaf.ts'
import type { LedgerKeys } from './keys.ts'
import type { LogFolder } from './log-folder.ts'
import { newestCheckpoint } from './log.store.ts'
import { takeReceipt, type ReceiptRequest, type ReceiptRow } from './receipt.store.ts'
import { readRanges } from './write-tiles.ts'

/** See `Ledger.receipt`. The proof is checked before it is handed out. */
export async function makeReceipt(
  { school, folder }: { school: SchoolStore; keys: LedgerKeys; folder: LogFolder },
  index: number,
  request: ReceiptRequest,
): Promise<string> {
  const [row, newest] = await school.read(async (tx) => [
    await takeReceipt(tx, school.urn, index, request),
    await newestCheckpoint(tx, school.urn),
  ])
  if (!row) throw new GatehouseError('not-found', 'There is no such entry to give a receipt of.')
  if (!newest || newest.size <= index) {
    throw new GatehouseError('not-found', 'The entry is recorded and not yet published.', {
      todo: 'Publish the ledger, or come back after the next checkpoint.',
    })
  }
  const { root, size } = parseCheckpoint(parseNote(newest.note).text)
  const hashes = await readRanges(folder, size, inclusionRanges(index, size))
  if (!verifyInclusion(index, size, hashLeaf(row.leaf), hashes, root)) {
    throw broken(`entry ${index}`, 'The published tiles do not lead from it to the checkpoint’s root.')
  }
  return formatProof({
    extra: Buffer.from(canonicalJson(extraOf(row))),
    index,
    hashes,
    checkpoint: newest.note,
  })
}

/** What makes a receipt whole without the log at hand: the leaf, what a sealed leaf hides, what opens one pupil's part. */
function extraOf(row: ReceiptRow): unknown {
  const entry = decodeLeaf(row.leaf)
  if (!entry) throw broken(`entry ${row.index}`, 'Its leaf is not of a type that the ledger writes.')
  return {
    entry,
    ...(row.sealed
      ? { sealed: { salt: hex(row.sealed.salt), entry: JSON.parse(row.sealed.content) as unknown } }
      : {}),
    ...(row.pupil ? { pupil: pupilPart(row, row.pupil) } : {}),
  }
}

function pupilPart(row: ReceiptRow, pupil: NonNullable<ReceiptRow['pupil']>): unknown {
  const commitments = unpackHashes(pupil.commitments)
  if (!commitments) throw broken(`entry ${row.index}`, 'Its pupils’ commitments are damaged.')
  return {
    position: pupil.position,
    salt: hex(pupil.salt),
    record: pupil.record,
    proof: pupilProof(commitments, pupil.position).map(hex),
  }
}
