import {
  encodeBundle,
  hashesAt,
  packHashes,
  parseTilePath,
  tilePath,
  tileRoot,
  tileWidth,
  type Hash,
  type Tile,
} from '../standards/tlog/index.ts'
import type { Fault } from './fault.ts'
import type { LedgerKeys } from './keys.ts'
import type { LogFolder } from './log-folder.ts'
import { policyText } from './policy-text.ts'

export interface FileComparison {
  /** The next entry, as its row has it. */
  add(leaf: Uint8Array, hash: Hash): Promise<void>
  /**
   * The tiles at the right edge, the policy, and files that are not the log's. `sizeNow`: how many entries the ledger has
   * by now, as it may have grown and been published since the last one was added.
   */
  finish(keys: LedgerKeys, sizeNow: () => Promise<number>): Promise<void>
  /** Files that were compared. */
  count(): number
}

/**
 * Compares the public files with what the rows give, byte for byte, in one pass that holds one tile a level. Files of the
 * published size must be there; wider ones, written ahead of a checkpoint that was not signed, must agree.
 */
export function compareFiles(folder: LogFolder, published: number, fault: Fault): FileComparison {
  const levels: Hash[][] = []
  const done: number[] = []
  let leaves: Uint8Array[] = []
  const seen = new Set<string>()

  const compare = async (path: string, expected: Uint8Array, beginning = false): Promise<boolean> => {
    const bytes = await folder.read(path)
    if (!bytes) return false
    seen.add(path)
    const at = firstDifference(beginning ? bytes.subarray(0, expected.length) : bytes, expected)
    if (at !== undefined) fault(path, `It differs from the ledger at byte ${at}.`)
    return true
  }

  /** All files of one place of the layout: the full tile, and the partial ones of every size published since. */
  const settle = async (
    level: Tile['level'],
    index: number,
    count: number,
    pack: (n: number) => Uint8Array,
  ) => {
    const full = tilePath({ level, index, width: tileWidth })
    const due = Math.min(tileWidth, hashesAt(level === 'entries' ? 0 : level, published) - index * tileWidth)
    const isFull = count === tileWidth && (await compare(full, pack(tileWidth)))
    for (const name of await folder.names(`${full}.p`)) {
      const width = /^[1-9][0-9]{0,2}$/.test(name) ? Number(name) : 0
      if (width > 0 && width < tileWidth && width <= count) await compare(`${full}.p/${name}`, pack(width))
    }
    if (due <= 0 || isFull) return
    const path = tilePath({ level, index, width: due })
    if (seen.has(path)) return
    const isOutgrown = count < tileWidth && (await compare(full, pack(count), true))
    if (!isOutgrown) fault(path, 'The file is missing.')
  }

  const settleHashes = async (level: number): Promise<void> => {
    const hashes = levels[level] ?? []
    const index = done[level] ?? 0
    if (level === 0) await settle('entries', index, leaves.length, (n) => encodeBundle(leaves.slice(0, n)))
    await settle(level, index, hashes.length, (n) => packHashes(hashes.slice(0, n)))
    levels[level] = []
    done[level] = index + 1
    if (level === 0) leaves = []
    if (hashes.length === tileWidth) await push(level + 1, tileRoot(hashes))
  }

  const push = async (level: number, hash: Hash): Promise<void> => {
    const hashes = (levels[level] ??= [])
    hashes.push(hash)
    if (hashes.length === tileWidth) await settleHashes(level)
  }

  return {
    async add(leaf, hash) {
      leaves.push(leaf)
      await push(0, hash)
    },
    async finish(keys, sizeNow) {
      const size = (done[0] ?? 0) * tileWidth + leaves.length
      for (let level = 0; level < levels.length; level++) {
        if (levels[level]?.length) await settleHashes(level)
      }
      const hasPolicy = await compare('policy', Buffer.from(policyText(keys)))
      if (!hasPolicy && published > 0) fault('policy', 'The file is missing.')
      const others = (await folder.files()).filter((path) => path !== 'checkpoint' && !seen.has(path))
      const grownTo = others.length > 0 ? await sizeNow() : size
      for (const path of others) {
        if (!isBetween(path, size, grownTo)) fault(path, 'It is not a file of this log.')
      }
    },
    count: () => seen.size,
  }
}

/** Whether it is a tile that a log of `size` entries does not have yet and one of `grownTo` may. */
function isBetween(path: string, size: number, grownTo: number): boolean {
  try {
    const { level, index, width } = parseTilePath(path)
    const end = index * tileWidth + width
    const hashes = (entries: number): number => hashesAt(level === 'entries' ? 0 : level, entries)
    return end > hashes(size) && end <= hashes(grownTo)
  } catch {
    return false
  }
}

/** Where two byte sequences part, or undefined when they don't. */
function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  if (Buffer.compare(a, b) === 0) return undefined
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return at
}
