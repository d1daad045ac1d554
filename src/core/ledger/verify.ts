import {
  encodeBase64,
  extendFrontier,
  hashLeaf,
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
  firstUncounted,
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
  /** Size of the newest checkpoint, and when it was signed. */
  readonly published: number
  readonly signedAt: Date | null
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
  const signed = openAll(checkpoints, keys, fault)
  const newest = checkpoints.at(-1)
  const published = newest?.size ?? 0
  let size = ledger?.size ?? 0
  if (published > size)
    fault(`entry ${size}`, `A checkpoint over ${published} entries was signed; this one is missing.`)

  const files = compareFiles(folder, Math.min(published, size), fault)
  const commitments = checkCommitments(school, fault)
  // `whole`: once an entry is missing, no hash after it can be judged.
  const tree: { frontier: Frontier; next: number; whole: boolean } = { frontier: [], next: 0, whole: true }
  const missing = (before: number): void => {
    if (tree.next < before) tree.whole = false
    for (; tree.next < before; tree.next++) fault(`entry ${tree.next}`, 'It is missing.')
  }
  const walk = async (to: number): Promise<void> => {
    for await (const page of entryPages(school, tree.next, to)) {
      for (const row of page) {
        missing(row.index)
        tree.next++
        checkRow(row, fault)
        if (!tree.whole) continue
        const hash = hashLeaf(row.leaf)
        tree.frontier = extendFrontier(row.index, tree.frontier, hash)
        const root = rootOfFrontier(tree.frontier)
        if (!sameHash(root, row.treeRoot))
          fault(`entry ${row.index}`, 'Its tree root is not that of the entries.')
        checkRoots(signed, tree.next, root, fault)
        await files.add(row.leaf, hash)
      }
      await commitments.add(page)
      onProgress(tree.next, to)
    }
    missing(to)
  }
  // The ledger may grow meanwhile: what is added is verified too, so that nothing of it looks like damage.
  let now = ledger
  do {
    size = now?.size ?? 0
    await walk(size)
    now = await school.read((tx) => readLedger(tx, school.urn))
  } while ((now?.size ?? 0) > size)

  const uncounted = await school.read((tx) => firstUncounted(tx, school.urn))
  if (uncounted !== undefined) fault(`entry ${uncounted}`, 'The ledger does not count it.')
  if (now && tree.whole && Buffer.compare(packHashes(tree.frontier), now.frontier) !== 0) {
    fault('the frontier', 'It is not that of the entries.')
  }
  if (now && now.origin !== keys.origin) fault('the origin', 'The ledger names another log than its keys.')
  await checkCheckpointFile(school, folder, newest, fault)
  if (tree.whole) {
    await files.finish(keys, async () => (await school.read((tx) => readLedger(tx, school.urn)))?.size ?? 0)
  }
  const commitmentsChecked = await commitments.finish()
  return {
    ok: faults.length === 0,
    origin: keys.origin,
    size,
    root: encodeBase64(rootOfFrontier(tree.frontier)),
    published,
    signedAt: newest?.signedAt ?? null,
    checked: {
      entries: tree.next,
      checkpoints: checkpoints.length,
      files: files.count(),
      ...commitmentsChecked,
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

/** The file is the newest checkpoint, or one that another process has signed since the verification began. */
async function checkCheckpointFile(
  school: SchoolStore,
  folder: LogFolder,
  newest: StoredCheckpoint | undefined,
  fault: Fault,
): Promise<void> {
  for (let patience = 5; ; patience--) {
    const bytes = await folder.read('checkpoint')
    const stored = await school.read((tx) => allCheckpoints(tx, school.urn))
    const since = stored.slice(stored.findIndex(({ note }) => note === newest?.note))
    if (bytes ? since.some(({ note }) => isNote(bytes, note)) : !newest) return
    const behind = bytes === undefined || stored.some(({ note }) => isNote(bytes, note))
    if (behind && patience > 0) {
      await new Promise((resolve) => setTimeout(resolve, 50)) // it may be about to be put in place
      continue
    }
    if (!bytes) fault('checkpoint', 'The file is missing.')
    else if (behind) fault('checkpoint', 'It is not the newest that was signed: publish again.')
    else fault('checkpoint', 'It is not the one that was signed last.')
    return
  }
}

const isNote = (bytes: Uint8Array, note: string): boolean => Buffer.compare(bytes, Buffer.from(note)) === 0
