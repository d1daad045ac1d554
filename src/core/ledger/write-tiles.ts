import {
  decodeTile,
  encodeBundle,
  hashesAt,
  hashInTile,
  hashLeaf,
  packHashes,
  rangeHash,
  sameHash,
  subtreesOf,
  tileOf,
  tilePath,
  tileRoot,
  tileWidth,
  type Hash,
  type Range,
  type Tile,
} from '../standards/tlog/index.ts'
import type { SchoolStore } from '../store/index.ts'
import { broken } from './broken.ts'
import type { LogFolder } from './log-folder.ts'
import { entryPages } from './log.store.ts'

/**
 * Writes what the log's files lack between a published size and a new one: entries and their hashes from the rows, each
 * upper level from the tiles below it. Full tiles written before are not touched. Returns the paths of the tiles now full.
 */
export async function writeTiles(
  school: SchoolStore,
  folder: LogFolder,
  published: number,
  size: number,
): Promise<readonly string[]> {
  if (published === size) return []
  const filled: string[] = []
  const put = async (tile: Tile, bytes: Uint8Array): Promise<void> => {
    const path = tilePath(tile)
    await folder.write(path, bytes)
    if (tile.width === tileWidth) filled.push(path)
  }

  let roots: Hash[] = []
  for await (const { index, leaves, hashes } of blocks(school, published, size)) {
    await put({ level: 'entries', index, width: leaves.length }, encodeBundle(leaves))
    await put({ level: 0, index, width: hashes.length }, packHashes(hashes))
    if (hashes.length === tileWidth) roots.push(tileRoot(hashes))
  }
  for (let level = 1; roots.length > 0; level++) {
    const before = hashesAt(level, published)
    const first = Math.floor(before / tileWidth)
    const kept = await partialTile(folder, { level, index: first, width: before % tileWidth })
    const hashes = [...kept, ...roots]
    roots = []
    for (let from = 0; from < hashes.length; from += tileWidth) {
      const tile = hashes.slice(from, from + tileWidth)
      await put({ level, index: first + from / tileWidth, width: tile.length }, packHashes(tile))
      if (tile.length === tileWidth) roots.push(tileRoot(tile))
    }
  }
  return filled
}

/** The entries from the block in which `published` falls, in blocks of 256, each checked against its row's hash. */
async function* blocks(
  school: SchoolStore,
  published: number,
  size: number,
): AsyncGenerator<{ index: number; leaves: Uint8Array[]; hashes: Hash[] }> {
  const start = Math.floor(published / tileWidth) * tileWidth
  let next = start
  let leaves: Uint8Array[] = []
  let hashes: Hash[] = []
  for await (const page of entryPages(school, start, size)) {
    for (const row of page) {
      if (row.index !== next) throw broken(`entry ${next}`, 'The ledger counts it, and it is missing.')
      const hash = hashLeaf(row.leaf)
      if (!sameHash(hash, row.leafHash))
        throw broken(`entry ${next}`, 'Its leaf does not hash to its leaf hash.')
      leaves.push(row.leaf)
      hashes.push(hash)
      next++
      if (hashes.length < tileWidth && next < size) continue
      yield { index: Math.floor((next - 1) / tileWidth), leaves, hashes }
      leaves = []
      hashes = []
    }
  }
  if (next !== size) throw broken(`entry ${next}`, 'The ledger counts it, and it is missing.')
}

async function partialTile(folder: LogFolder, tile: Tile): Promise<readonly Hash[]> {
  return tile.width === 0 ? [] : readTile(folder, tile)
}

/**
 * A tile as it lies in the folder; the beginning of the full one where the log has outgrown the partial one since.
 * @throws GatehouseError `ledger-broken` when it is missing or has another length.
 */
export async function readTile(folder: LogFolder, tile: Tile): Promise<readonly Hash[]> {
  const path = tilePath(tile)
  const own = await folder.read(path)
  const full = { ...tile, width: tileWidth }
  const bytes = own ?? (await folder.read(tilePath(full)))
  if (!bytes) throw broken(path, 'The file is missing.')
  const length = packedLength(own ? tile : full)
  if (bytes.length !== length) throw broken(path, `It has ${bytes.length} bytes, not ${length}.`)
  return decodeTile(bytes.subarray(0, packedLength(tile)), tile.width)
}

const packedLength = ({ width }: Tile): number => width * 32

/** The tree hashes of ranges of the log of `size` entries, from its files; each tile is read once. */
export async function readRanges(
  folder: LogFolder,
  size: number,
  ranges: readonly Range[],
): Promise<readonly Hash[]> {
  const tiles = new Map<string, readonly Hash[]>()
  for (const subtree of ranges.flatMap(subtreesOf)) {
    const { tile } = tileOf(subtree, size)
    const path = tilePath(tile)
    if (!tiles.has(path)) tiles.set(path, await readTile(folder, tile))
  }
  return ranges.map((range) =>
    rangeHash(range, (subtree) => {
      const { tile, from, count } = tileOf(subtree, size)
      return hashInTile(tiles.get(tilePath(tile)) ?? [], from, count)
    }),
  )
}
