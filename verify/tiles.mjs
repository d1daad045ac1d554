// The files of a log (C2SP tlog-tiles): which there must be for a size, and how they are read.
import { Convicted } from './note.mjs'

export const tileWidth = 256

export function tilePath({ level, index, width }) {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)
  const name = groups.map((group, i) => (i + 1 < groups.length ? `x${group}` : group)).join('/')
  return `tile/${level}/${name}${width === tileWidth ? '' : `.p/${width}`}`
}

/** The tile of a path, or undefined when it is not exactly the path of one. */
export function parseTilePath(path) {
  const [, levelText, name, widthText] =
    /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path) ?? []
  if (name === undefined) return undefined
  const level = levelText === 'entries' ? 'entries' : Number(levelText)
  const tile = {
    level,
    index: Number(name.replace(/[x/]/g, '')),
    width: widthText === undefined ? 256 : Number(widthText),
  }
  const isTile = tile.width >= 1 && (level === 'entries' || level <= 63) && tilePath(tile) === path
  return isTile ? tile : undefined
}

/** How many hashes a level has in a log of this size. */
export const hashesAt = (level, size) => Math.floor(size / tileWidth ** (level === 'entries' ? 0 : level))

export function splitHashes(bytes) {
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32))
}

export function splitBundle(bytes, width) {
  const entries = []
  let at = 0
  for (let i = 0; i < width; i++) {
    if (at + 2 > bytes.length) throw new Convicted(`it ends before entry ${i} of it`)
    const end = at + 2 + bytes.readUInt16BE(at)
    if (end > bytes.length) throw new Convicted(`it ends within entry ${i} of it`)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (at !== bytes.length) throw new Convicted('it has bytes after its last entry')
  return entries
}
