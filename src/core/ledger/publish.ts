import {
  emptyRoot,
  encodeBase64,
  formatCheckpoint,
  frontierLength,
  parseCheckpoint,
  parseNote,
  rootOfFrontier,
  sameHash,
  signNote,
  unpackHashes,
  verifiersOf,
  type Checkpoint,
  type Hash,
} from '../standards/tlog/index.ts'
import type { SchoolStore } from '../store/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { broken } from './broken.ts'
import type { LedgerKeys } from './keys.ts'
import type { LogFolder } from './log-folder.ts'
import {
  holdPublication,
  keepCheckpoint,
  newestCheckpoint,
  readLedger,
  type StoredCheckpoint,
} from './log.store.ts'
import { policyText } from './policy-text.ts'
import { readRanges, writeTiles } from './write-tiles.ts'

/** The log as its newest checkpoint states it. */
export interface LogHead {
  readonly origin: string
  readonly size: number
  /** Base64, as the checkpoint writes it. */
  readonly root: string
  /** The signed checkpoint, verbatim; null when none was ever published. */
  readonly note: string | null
  readonly signedAt: Date | null
}

export interface Publication {
  readonly school: SchoolStore
  readonly keys: LedgerKeys
  readonly folder: LogFolder
  readonly step: (name: string) => void
}

// Silence has to be visible too: without news the checkpoint is signed again once it is this old.
const staleAfterMs = 12 * 60 * 60 * 1000

/**
 * Publishes the ledger as it stands: files first, the checkpoint last. Can be cut off after any step and run again.
 * Never signs what does not continue every checkpoint before it.
 * @throws GatehouseError `ledger-broken` naming the place, before anything is signed.
 */
export async function publish(publication: Publication, at: Date): Promise<LogHead> {
  const { school, keys, folder, step } = publication
  await folder.sweep()
  // The file first: the rows are never behind it, though another process may publish at any time.
  const published = await publishedCheckpoint(publication)
  const { size, root, newest } = await takeTree(publication)
  refuseShrinking(size, published, newest)
  const filled = await writeTiles(school, folder, published?.size ?? 0, size)
  await folder.settle()
  step('tiles written')
  await checkContinuation(folder, { size, root }, published, newest)

  const due = !newest || newest.size < size || at.getTime() - newest.signedAt.getTime() >= staleAfterMs
  const checkpoint = due ? await signCheckpoint(publication, size, root, at) : newest
  step('checkpoint stored')
  await replaceCheckpoint(publication, checkpoint)
  step('checkpoint published')
  for (const path of filled) await folder.remove(`${path}.p`) // superseded by the full tile
  return headOf(keys.origin, checkpoint)
}

/** The tree to publish, by the ledger's own row, and the last checkpoint that was signed. */
async function takeTree({ school, keys }: Publication): Promise<{
  size: number
  root: Hash
  newest: StoredCheckpoint | undefined
}> {
  const [ledger, newest] = await school.read(async (tx) => [
    await readLedger(tx, school.urn),
    await newestCheckpoint(tx, school.urn),
  ])
  if (!ledger) return { size: 0, root: emptyRoot, newest }
  if (ledger.origin !== keys.origin) {
    throw new GatehouseError('misconfigured', 'The ledger belongs to another log than its keys.', {
      where: keys.origin,
      todo: 'A log keeps its origin for life, also when the school’s domain changes: use the keys it began with.',
    })
  }
  const frontier = unpackHashes(ledger.frontier)
  if (frontier?.length !== frontierLength(ledger.size)) {
    throw broken('the frontier', `It does not fit ${ledger.size} entries.`)
  }
  return { size: ledger.size, root: rootOfFrontier(frontier), newest }
}

/** The checkpoint that lies in the folder, its own signatures checked. */
async function publishedCheckpoint({ folder, keys }: Publication): Promise<Checkpoint | undefined> {
  const bytes = await folder.read('checkpoint')
  return bytes && openCheckpoint(bytes, keys, 'the file checkpoint')
}

/** @throws GatehouseError `ledger-broken` unless it is this log's and both its keys signed. */
export function openCheckpoint(note: Uint8Array | string, keys: LedgerKeys, where: string): Checkpoint {
  try {
    const parsed = parseNote(note)
    const signed = verifiersOf(parsed, keys.verifiers)
    const checkpoint = parseCheckpoint(parsed.text)
    if (checkpoint.origin !== keys.origin) throw broken(where, 'It is of another log.')
    if (signed.length < keys.verifiers.length)
      throw broken(where, 'Only one of the log’s two keys signed it.')
    return checkpoint
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'bad-input') throw broken(where, error.message)
    throw error
  }
}

function refuseShrinking(
  size: number,
  published: Checkpoint | undefined,
  newest: StoredCheckpoint | undefined,
): void {
  const largest = Math.max(published?.size ?? 0, newest?.size ?? 0)
  if (largest > size) {
    throw broken(
      `entry ${size}`,
      `A checkpoint over ${largest} entries was signed, and the ledger has only ${size}: an old backup?`,
    )
  }
  if (published && published.size > (newest?.size ?? -1)) {
    throw broken(
      'the file checkpoint',
      'The store does not know this checkpoint: an old backup, or another log’s folder?',
    )
  }
}

/** The new tree must begin with every tree that was signed before, and the files must give its root. */
async function checkContinuation(
  folder: LogFolder,
  tree: { size: number; root: Hash },
  published: Checkpoint | undefined,
  newest: StoredCheckpoint | undefined,
): Promise<void> {
  const earlier = [published, newest && parseCheckpoint(parseNote(newest.note).text)].filter(
    (c) => c !== undefined,
  )
  const sizes = [tree.size, ...earlier.map(({ size }) => size)]
  const [now, ...then] = await readRanges(
    folder,
    tree.size,
    sizes.map((end) => ({ start: 0, end })),
  )
  earlier.forEach(({ size, root }, i) => {
    if (!sameHash(then[i] as Hash, root)) {
      throw broken(`the checkpoint over ${size} entries`, 'The entries before it now give another root.')
    }
  })
  if (!sameHash(now as Hash, tree.root)) {
    throw broken('the frontier', `The ${tree.size} entries and their tiles give another root.`)
  }
}

async function signCheckpoint(
  { school, keys, step }: Publication,
  size: number,
  root: Hash,
  at: Date,
): Promise<StoredCheckpoint> {
  const note = signNote(formatCheckpoint({ origin: keys.origin, size, root }), keys.signersAt(at))
  step('checkpoint signed')
  return school.write(async (tx) => {
    // Another process may have published meanwhile: then its checkpoint counts, as long as it is no smaller.
    const newest = await newestCheckpoint(tx, school.urn)
    if (newest && (newest.size > size || (newest.size === size && newest.signedAt >= at))) return newest
    const checkpoint = { size, note, signedAt: at }
    await keepCheckpoint(tx, school.urn, checkpoint)
    return checkpoint
  })
}

async function replaceCheckpoint(publication: Publication, checkpoint: StoredCheckpoint): Promise<void> {
  const { school, keys, folder } = publication
  await school.read(async (tx) => {
    await holdPublication(tx, school.urn)
    await writeIfOther(folder, 'policy', policyText(keys))
    const there = await publishedCheckpoint(publication)
    if (there && there.size > checkpoint.size) return // another process was faster
    await writeIfOther(folder, 'checkpoint', checkpoint.note)
    await folder.settle()
  })
}

async function writeIfOther(folder: LogFolder, path: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const there = await folder.read(path)
  if (!there || Buffer.compare(there, bytes) !== 0) await folder.write(path, bytes)
}

export function headOf(origin: string, checkpoint: StoredCheckpoint | undefined): LogHead {
  if (!checkpoint) return { origin, size: 0, root: encodeBase64(emptyRoot), note: null, signedAt: null }
  const { root } = parseCheckpoint(parseNote(checkpoint.note).text)
  return {
    origin,
    size: checkpoint.size,
    root: encodeBase64(root),
    note: checkpoint.note,
    signedAt: checkpoint.signedAt,
  }
}
