// Files of a log beside those that its size needs: they must say the same.
import { hashLeaf } from './merkle.mjs'
import { Convicted } from './note.mjs'
import { parseTilePath, splitBundle, splitHashes } from './tiles.mjs'

/** Files other than those that this size needs: partial tiles of earlier sizes, and what is ahead of the checkpoint. */
export function groupFiles(listed, convict, notes) {
  const groups = new Map()
  let unfinished = 0
  for (const path of listed ?? []) {
    if (path === 'checkpoint' || path === 'policy') continue
    if (path.startsWith('.unfinished/')) {
      unfinished++
      continue
    }
    const tile = parseTilePath(path)
    if (!tile) {
      convict(path, 'it is not a file of a log')
      continue
    }
    const key = `${tile.level}/${tile.index}`
    groups.set(key, [...(groups.get(key) ?? []), { path, ...tile }])
  }
  if (unfinished > 0)
    notes.push(
      `${unfinished} files of an interrupted publication lie in .unfinished; they are not part of the log.`,
    )
  return groups
}

/** Checks the other files of one tile's place against the hashes that the log has there. */
export async function checkOthers(files, source, tile, hashes, convict, counted) {
  const key = `${tile.level}/${tile.index}`
  const ahead = []
  for (const { path, ...other } of files.get(key) ?? []) {
    if (other.width === tile.width) continue
    try {
      const bytes = await source.read(path)
      if (!bytes) continue
      const read =
        tile.level === 'entries'
          ? splitBundle(bytes, other.width).map(hashLeaf)
          : readExactly(bytes, other.width)
      const wrong = read.findIndex((hash, i) => i < hashes.length && !hash.equals(hashes[i]))
      if (wrong >= 0)
        convict(path, `its ${tile.level === 'entries' ? 'entry' : 'hash'} ${wrong} is not the log’s`)
      else if (other.width > tile.width) ahead.push({ path, ...other })
      counted.files++
    } catch (error) {
      if (!(error instanceof Convicted)) throw error
      convict(path, error.message)
    }
  }
  if (ahead.length > 0) files.set(key, ahead)
  else files.delete(key)
}

function readExactly(bytes, width) {
  if (bytes.length !== width * 32) throw new Convicted(`it has ${bytes.length} bytes, not ${width * 32}`)
  return splitHashes(bytes)
}
