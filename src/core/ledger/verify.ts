import {
  encodeBase64,
  extendFrontier,
  hashLeaf,
  parseCheckpoint,
  parseNote,
  rootOfFrontier,
  sameHash,
  packHashes,
  type Checkpoint,
  type Frontier,
  type Hash,
} from '../standards/tlog/index.ts'
import type { SchoolStore } from '../store/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { compareFiles } from './compare-files.ts'
import type { Fault, LedgerFault } from './fault.ts'
import type { LedgerKeys } from './keys.ts'
import { decodeLeaf } from './leaf.ts'
import type { LogFolder } from './log-folder.ts'
import {
  allCheckpoints,
  entryPages,
  readLedger,
  type StoredCheckpoint,
  type StoredEntry,
} from './log.store.ts'
import { openCheckpoint } from './publish.ts'
import { checkCommitments } from './verify-commitments.store.ts'

export interface VerifyReport {
  readonly ok: boolean
  readonly origin: string
  readonly size: number
  /** Base64 root over all entries, published or not. */
  readonly root: string
  /** Size of the newest checkpoint. */
  readonly published: number
  readonly checked: {
    readonly entries: number
    readonly checkpoints: number
    readonly files: number
    readonly openings: number
    /** Commitments whose openings have been erased. */
    readonly erased: number
  }
  readonly faults: readonly LedgerFault[]
}

export interface VerifyOptions {
  /** For a progress bar: entries looked at, of how many. */
  readonly onProgress?: (done: number, total: number) => void
}

const maxFaults = 100

/** See `Ledger.verify`. Reads everything; changes nothing; what it finds is in the report, never thrown. */
export async function verifyLedger(
  { school, keys, folder }: { school: SchoolStore; keys: LedgerKeys; folder: LogFolder },
  { onProgress = () => undefined }: VerifyOptions,
): Promise<VerifyReport> {
  const faults: LedgerFault[] = []
  const fault = (place: string, why: string): void => {
    if (faults.length < maxFaults) faults.push({ place, why })
  }
  const [ledger, checkpoints] = await school.read(async (tx) => [
    await readLedger(tx, school.urn),
    await allCheckpoints(tx, school.urn),
  ])
  const size = ledger?.size ?? 0
  const signed = openAll(checkpoints, keys, fault)
  const newest = checkpoints.at(-1)
  const published = newest?.size ?? 0
  if (published > size)
    fault(`entry ${size}`, `A checkpoint over ${published} entries was signed; this one is missing.`)

  const files = compareFiles(folder, Math.min(published, size), fault)
  const commitments = checkCommitments(school, fault)
  let frontier: Frontier = []
  let next = 0
  let whole = true // once an entry is missing, no hash after it can be judged
  for await (const page of entryPages(school, 0, Number.MAX_SAFE_INTEGER)) {
    for (const row of page) {
      if (row.index >= size) {
        fault(`entry ${row.index}`, `The ledger counts ${size} entries, and there is one more.`)
        continue
      }
      if (row.index > next) whole = false
      for (; next < row.index; next++) fault(`entry ${next}`, 'It is missing.')
      next = row.index + 1
      checkRow(row, fault)
      if (!whole) continue
      const hash = hashLeaf(row.leaf)
      frontier = extendFrontier(row.index, frontier, hash)
      const root = rootOfFrontier(frontier)
      if (!sameHash(root, row.treeRoot))
        fault(`entry ${row.index}`, 'Its tree root is not that of the entries.')
      checkRoots(signed, next, root, fault)
      await files.add(row.leaf, hash)
    }
    await commitments.add(page)
    onProgress(next, size)
  }
  if (next < size) whole = false
  for (; next < size; next++) fault(`entry ${next}`, 'It is missing.')
  if (ledger && whole && Buffer.compare(packHashes(frontier), ledger.frontier) !== 0) {
    fault('the frontier', 'It is not that of the entries.')
  }
  if (ledger && ledger.origin !== keys.origin)
    fault('the origin', 'The ledger names another log than its keys.')
  await checkCheckpointFile(folder, newest, fault)
  await files.finish(keys, whole)
  return {
    ok: faults.length === 0,
    origin: keys.origin,
    size,
    root: encodeBase64(rootOfFrontier(frontier)),
    published,
    checked: {
      entries: next,
      checkpoints: checkpoints.length,
      files: files.count(),
      ...commitments.finish(),
    },
    faults,
  }
}

function openAll(
  checkpoints: readonly StoredCheckpoint[],
  keys: LedgerKeys,
  fault: Fault,
): Map<number, Checkpoint[]> {
  const signed = new Map<number, Checkpoint[]>()
  for (const { size, note } of checkpoints) {
    const place = `the stored checkpoint over ${size} entries`
    try {
      const checkpoint = openCheckpoint(note, keys, place)
      if (checkpoint.size !== size) fault(place, `It is over ${checkpoint.size} entries.`)
      signed.set(checkpoint.size, [...(signed.get(checkpoint.size) ?? []), checkpoint])
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
      fault(place, error.why ?? error.message)
    }
  }
  return signed
}

function checkRow(row: StoredEntry, fault: Fault): void {
  const place = `entry ${row.index}`
  const leaf = decodeLeaf(row.leaf)
  if (!leaf) fault(place, 'Its leaf is not canonical JSON of a type that the ledger writes.')
  else if (leaf.type !== row.type) fault(place, 'Its type is not its leaf’s.')
  else if ((leaf.type === 'sealed/v1') !== (row.visibility === 'restricted'))
    fault(place, 'Restricted entries and no others are sealed.')
  if (!sameHash(hashLeaf(row.leaf), row.leafHash)) fault(place, 'Its leaf does not hash to its leaf hash.')
}

function checkRoots(signed: Map<number, Checkpoint[]>, size: number, now: Hash, fault: Fault): void {
  for (const { root } of signed.get(size) ?? []) {
    if (!sameHash(root, now)) {
      fault(`the stored checkpoint over ${size} entries`, 'The entries before it now give another root.')
    }
  }
}

async function checkCheckpointFile(
  folder: LogFolder,
  newest: StoredCheckpoint | undefined,
  fault: Fault,
): Promise<void> {
  const bytes = await folder.read('checkpoint')
  if (!bytes) {
    if (newest) fault('checkpoint', 'The file is missing.')
    return
  }
  if (newest && Buffer.compare(bytes, Buffer.from(newest.note)) === 0) return
  const size = sizeOf(bytes)
  const behind = newest && size !== undefined && size < newest.size
  fault(
    'checkpoint',
    behind
      ? 'It is not the newest that was signed: publish again.'
      : 'It is not the one that was signed last.',
  )
}

function sizeOf(note: Uint8Array): number | undefined {
  try {
    return parseCheckpoint(parseNote(note).text).size
  } catch {
    return undefined
  }
}
