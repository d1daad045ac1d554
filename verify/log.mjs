// Verifies a whole log: everything is read again and computed again; nothing it says of itself is believed.
import { parseEntry } from './entry.mjs'
import { GrowingTree, hashLeaf, rootOf } from './merkle.mjs'
import { Convicted, openCheckpoint } from './note.mjs'
import { checkOthers, groupFiles } from './other-files.mjs'
import { checkReceipt } from './receipt.mjs'
import { Unreadable } from './source.mjs'
import { hashesAt, splitBundle, splitHashes, tilePath, tileWidth } from './tiles.mjs'
import { readTrust } from './trust.mjs'

const maxConvictions = 50

/**
 * Verifies the log that `source` reads. `options`: `keys` (public keys in text form), `policy` (bytes of a policy file),
 * `old` (older checkpoints: [{ name, bytes }]), `receipts` ([{ name, bytes }]). Returns the report; throws only
 * `Unreadable`.
 */
export async function verifyLog(source, options = {}) {
  const report = {
    ok: true,
    origin: null,
    size: null,
    root: null,
    signed: [],
    checked: {},
    convictions: [],
    notes: [],
    receipts: [],
  }
  const convict = (place, why) => {
    report.ok = false
    if (report.convictions.length < maxConvictions) report.convictions.push({ place, why })
  }
  const isHopeless = () => report.convictions.length >= maxConvictions
  const attempt = async (place, work) => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Convicted)) throw error
      convict(place, error.message)
      return undefined
    }
  }
  const trust = await readTrust(source, options, report, attempt)
  const counted = { entries: 0, files: 0, receipts: 0 }
  report.checked = counted
  const checkpoint =
    source && (await attempt('checkpoint', () => readCheckpoint(source, trust, report, counted)))
  const old = []
  for (const { name, bytes } of options.old ?? []) {
    await attempt(name, () => {
      const opened = openCheckpoint(bytes, trust.keys)
      trust.isTrusted(opened)
      if (checkpoint && opened.origin !== checkpoint.origin) throw new Convicted('it is of another log')
      if (checkpoint && opened.size > checkpoint.size) {
        throw new Convicted(`it is over ${opened.size} entries; the log has only ${checkpoint.size} now`)
      }
      old.push({ name, ...opened })
    })
  }
  const receipts = []
  const log = checkpoint && openLog(source, checkpoint, { convict, attempt, isHopeless, counted })
  for (const { name, bytes } of options.receipts ?? []) {
    await attempt(name, async () => {
      const receipt = await checkReceipt(bytes, trust, async (index) => log?.entryAt(index))
      counted.receipts++
      receipts.push({ name, ...receipt })
      report.receipts.push({
        name,
        index: receipt.index,
        entry: receipt.entry ?? null,
        pupil: receipt.pupil ?? null,
      })
    })
  }
  try {
    if (log) await log.readAll({ old, receipts, listed: await source.list(), notes: report.notes })
  } catch (error) {
    // What is convicted already stays so, whatever a server does not answer afterwards.
    if (!(error instanceof Unreadable) || report.ok) throw error
    report.notes.push(`The rest was not checked: ${error.message}`)
  }
  if (isHopeless()) report.notes.push('So much is wrong that the rest was not checked.')
  return report
}

async function readCheckpoint(source, trust, report, counted) {
  const bytes = await source.read('checkpoint')
  if (!bytes) throw new Convicted('there is none')
  counted.files++
  const checkpoint = openCheckpoint(bytes, trust.keys)
  trust.isTrusted(checkpoint) // nothing of an unsigned text is repeated
  report.origin = checkpoint.origin
  report.size = checkpoint.size
  report.root = checkpoint.root.toString('base64')
  report.signed = [...checkpoint.signed].map(([{ name, id, type }, time]) => ({ name, id, type, time }))
  if (checkpoint.extensions.length > 0)
    report.notes.push('The checkpoint has extension lines, which not every signature covers.')
  return checkpoint
}

function openLog(source, checkpoint, { convict, attempt, isHopeless, counted }) {
  const { size, root } = checkpoint

  /** The bytes of a tile that this size needs; of the full tile where the partial one is gone because the log grew. */
  const readTile = async (tile) => {
    const path = tilePath(tile)
    const bytes = await source.read(path)
    if (bytes || tile.width === tileWidth) return { path, bytes }
    const full = tilePath({ ...tile, width: tileWidth })
    return { path: full, bytes: await source.read(full), width: tileWidth }
  }
  const readHashes = (tile) => {
    const place = tilePath(tile)
    return attempt(place, async () => {
      const { bytes, width = tile.width } = await readTile(tile)
      if (!bytes) throw new Convicted('the file is missing')
      if (bytes.length !== width * 32) throw new Convicted(`it has ${bytes.length} bytes, not ${width * 32}`)
      counted.files++
      return splitHashes(bytes).slice(0, tile.width)
    })
  }
  const readEntries = (tile) => {
    const place = tilePath(tile)
    return attempt(place, async () => {
      const { bytes, width = tile.width } = await readTile(tile)
      if (!bytes) throw new Convicted('the file is missing')
      counted.files++
      return splitBundle(bytes, width).slice(0, tile.width)
    })
  }

  return {
    async entryAt(index) {
      if (index >= size) return undefined
      const block = Math.floor(index / tileWidth)
      const entries = await readEntries({
        level: 'entries',
        index: block,
        width: Math.min(tileWidth, size - block * tileWidth),
      })
      return entries?.[index % tileWidth]
    },

    async readAll({ old, receipts, listed, notes }) {
      const files = groupFiles(listed, convict, notes)
      const tiles = new GrowingTree() // over the hashes that the tiles give
      const bundles = new GrowingTree() // over the entries themselves
      const differing = []
      let roots = [] // of full tiles below: [by the tile, by its entries]
      let lost = false

      const marks = [
        ...old,
        ...receipts.map(({ name, checkpoint: c }) => ({ name, size: c.size, root: c.root })),
      ]
      const checkMarks = () => {
        for (const mark of marks) {
          if (mark.size !== tiles.size || lost) continue
          if (!mark.root.equals(tiles.root()) && !mark.root.equals(bundles.root())) {
            convict(
              mark.name,
              `its root over ${mark.size} entries is not the one the log has now: history was rewritten`,
            )
          }
        }
      }
      checkMarks()

      for (let index = 0; index * tileWidth < size; index++) {
        if (isHopeless()) return // a size that is a lie would keep it busy for ever
        const width = Math.min(tileWidth, size - index * tileWidth)
        const hashes = await readHashes({ level: 0, index, width })
        const entries = await readEntries({ level: 'entries', index, width })
        if (!hashes && !entries) lost = true
        const own = entries?.map(hashLeaf) ?? hashes ?? []
        const given = hashes ?? own
        for (let i = 0; i < own.length; i++) {
          const number = index * tileWidth + i
          if (!own[i].equals(given[i])) differing.push({ index, width, i, number })
          if (entries && own[i].equals(given[i])) {
            const fault = faultOf(() => parseEntry(entries[i]))
            if (fault) convict(`${tilePath({ level: 'entries', index, width })}, entry ${number}`, fault)
          }
          tiles.add(given[i])
          bundles.add(own[i])
          counted.entries++
          checkMarks()
        }
        for (const receipt of receipts) {
          const i = receipt.index - index * tileWidth
          if (entries && i >= 0 && i < entries.length && !receipt.leaf.equals(entries[i])) {
            convict(receipt.name, `the log has another entry at index ${receipt.index}`)
          }
        }
        await checkOthers(files, source, { level: 0, index, width }, given, convict, counted)
        await checkOthers(files, source, { level: 'entries', index, width }, own, convict, counted)
        if (width === tileWidth) roots.push([rootOf(given), rootOf(own)])
      }
      judge({ lost, tiles, bundles, differing, root, convict })

      for (let level = 1; hashesAt(level, size) > 0; level++) {
        const below = roots
        roots = []
        for (let index = 0; index * tileWidth < hashesAt(level, size); index++) {
          const width = Math.min(tileWidth, hashesAt(level, size) - index * tileWidth)
          const tile = { level, index, width }
          const hashes = await readHashes(tile)
          const expected = below.slice(index * tileWidth, index * tileWidth + width)
          hashes?.forEach((hash, i) => {
            if (expected[i]?.length && !expected[i].some((other) => other.equals(hash))) {
              convict(
                `${tilePath(tile)}, hash ${i}`,
                `it is not the hash of ${tilePath({ level: level - 1, index: index * tileWidth + i, width: tileWidth })}`,
              )
            }
          })
          await checkOthers(files, source, tile, hashes ?? expected.map(([first]) => first), convict, counted)
          if (width === tileWidth && hashes) roots.push([rootOf(hashes)])
          else if (width === tileWidth)
            roots.push(expected.length === width ? [rootOf(expected.map(([first]) => first))] : [])
        }
      }
      for (const { path } of [...files.values()].flat()) {
        notes.push(
          `${path} is ahead of the checkpoint: it is not part of the signed log yet, and was not checked.`,
        )
      }
    },
  }
}

function faultOf(work) {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Convicted) return error.message
    throw error
  }
}

/** Which of a differing tile and bundle is wrong is told by the root that was signed. */
function judge({ lost, tiles, bundles, differing, root, convict }) {
  if (lost) return // convicted already, for the missing file
  const tilesGood = tiles.root().equals(root)
  const bundlesGood = bundles.root().equals(root)
  for (const { index, width, i, number } of differing) {
    const tile = `${tilePath({ level: 0, index, width })}, hash ${i}`
    const bundle = `${tilePath({ level: 'entries', index, width })}, entry ${number}`
    if (bundlesGood) convict(tile, `it is not the hash of entry ${number}`)
    else if (tilesGood) convict(bundle, 'it is not the entry that was signed')
    else convict(bundle, `entry and hash (${tile}) differ, and neither gives the signed root`)
  }
  if (!tilesGood && !bundlesGood) convict('checkpoint', 'its root is not that of the log’s entries')
}
