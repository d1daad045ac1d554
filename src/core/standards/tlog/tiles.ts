import { hashBytes, type Hash } from './hash.ts'
import { malformed, parseDecimal } from './text.ts'
import { rootOf, type Subtree } from './tree.ts'

/** A tile has 256 hashes, or entries, when it is full: a subtree of height 8. */
export const tileWidth = 256
const tileHeight = 8

/** One file of a log: a tile of hashes at a level, or (level `entries`) a bundle of entries. */
export interface Tile {
  readonly level: number | 'entries'
  readonly index: number
  /** 256 when full, else how many hashes or entries it holds. */
  readonly width: number
}

const isTile = ({ level, index, width }: Tile): boolean =>
  (level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= 63)) &&
  Number.isSafeInteger(index) &&
  index >= 0 &&
  Number.isInteger(width) &&
  width >= 1 &&
  width <= tileWidth

/** The path below the log's prefix (C2SP tlog-tiles): tile 1,234,067 is `x001/x234/067`; a partial one ends in `.p/width`. */
export function tilePath(tile: Tile): string {
  if (!isTile(tile)) throw malformed('There is no such tile.')
  const digits = String(tile.index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `tile/${tile.level}/${name}${tile.width === tileWidth ? '' : `.p/${tile.width}`}`
}

/** @throws GatehouseError `bad-input` for a path that is not exactly the one `tilePath` gives. */
export function parseTilePath(path: string): Tile {
  const match = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(
    path,
  )
  const level = match?.[1] === 'entries' ? 'entries' : parseDecimal(match?.[1] ?? '')
  const index = Number((match?.[2] ?? '').replaceAll(/[x/]/g, ''))
  const width = match?.[3] === undefined ? tileWidth : parseDecimal(match[3])
  if (match && level !== undefined && width !== undefined) {
    const tile: Tile = { level, index, width }
    if (isTile(tile) && tilePath(tile) === path) return tile
  }
  throw malformed('This is not the path of a tile.')
}

/** 256^level, the number of entries under one hash of a level. */
const entriesUnder = (level: number): number => tileWidth ** level

/** How many hashes a level has in a tree of this size: one for each full tile below. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / entriesUnder(level))

/** Every file of a log of this size, lowest level first; entries come before hashes. */
export function* layout(size: number): Generator<Tile> {
  yield* tilesOf('entries', size)
  for (let level = 0; hashesAt(level, size) > 0; level++) yield* tilesOf(level, hashesAt(level, size))
}

function* tilesOf(level: Tile['level'], hashes: number): Generator<Tile> {
  const full = Math.floor(hashes / tileWidth)
  for (let index = 0; index < full; index++) yield { level, index, width: tileWidth }
  if (hashes % tileWidth > 0) yield { level, index: full, width: hashes % tileWidth }
}

/** The tile that holds a perfect subtree's hashes in a tree of this size, and where in it they stand. */
export function tileOf(subtree: Subtree, size: number): { tile: Tile; from: number; count: number } {
  const level = Math.floor(subtree.height / tileHeight)
  const count = 2 ** (subtree.height % tileHeight)
  const first = subtree.index * count
  const index = Math.floor(first / tileWidth)
  const width = Math.min(tileWidth, hashesAt(level, size) - index * tileWidth)
  const from = first % tileWidth
  if (!isTile({ level, index, width }) || from + count > width) {
    throw malformed('The tree does not have this subtree whole.')
  }
  return { tile: { level, index, width }, from, count }
}

/** The root of `count` hashes of a tile from position `from`; `count` is a power of two. */
export function hashInTile(tile: readonly Hash[], from: number, count: number): Hash {
  const hashes = tile.slice(from, from + count)
  if (hashes.length !== count) throw malformed('The tile is too short.')
  return rootOf(hashes)
}

/** The hash that a full tile has one level up. */
export function tileRoot(tile: readonly Hash[]): Hash {
  if (tile.length !== tileWidth) throw malformed('Only a full tile has a place in the level above.')
  return rootOf(tile)
}

/** @throws GatehouseError `bad-input` unless the bytes are exactly `width` hashes. */
export function decodeTile(bytes: Uint8Array, width: number): readonly Hash[] {
  if (bytes.length !== width * hashBytes)
    throw malformed(`A tile of ${width} hashes has ${width * hashBytes} bytes.`)
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes))
}
