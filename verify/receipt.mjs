// Receipts (C2SP tlog-proof), with what Gatehouse puts into their extra line.
import { commitTo, encodeEntry } from './entry.mjs'
import { hashLeaf, isIncluded } from './merkle.mjs'
import { Convicted, fromBase64, fromDecimal, fromUtf8, openCheckpoint } from './note.mjs'

export function parseReceipt(bytes) {
  const text = fromUtf8(bytes)
  const blank = text.indexOf('\n\n')
  const lines = text.slice(0, Math.max(blank, 0)).split('\n')
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Convicted('it is not a receipt')
  let extra
  if (lines[0]?.startsWith('extra ')) {
    extra = fromBase64(lines.shift().slice('extra '.length))
    if (!extra?.length) throw new Convicted('its extra line is not base64')
  }
  const index = fromDecimal(/^index (.*)$/.exec(lines.shift() ?? '')?.[1] ?? '')
  if (index === undefined) throw new Convicted('its index is not a plain number')
  const proof = lines.map((line) => fromBase64(line))
  if (proof.length > 63 || proof.some((hash) => hash?.length !== 32))
    throw new Convicted('a hash of its proof is malformed')
  return { index, proof, extra, checkpoint: Buffer.from(text.slice(blank + 2)) }
}

const fromHex = (text) => {
  if (typeof text !== 'string' || !/^([0-9a-f]{2})+$/.test(text))
    throw new Convicted('its extra line is malformed')
  return Buffer.from(text, 'hex')
}

/**
 * Checks a receipt: its checkpoint is signed by the log, its entry stands there, what a sealed entry hides is what it
 * commits to, and the pupil's record is one of those that the entry commits to. `entryInLog` gives the entry's bytes where
 * the receipt does not carry them.
 */
export async function checkReceipt(bytes, { keys, isTrusted }, entryInLog) {
  const receipt = parseReceipt(bytes)
  const checkpoint = openCheckpoint(receipt.checkpoint, keys)
  isTrusted(checkpoint)
  const extra = receipt.extra ? readExtra(receipt.extra) : undefined
  const leaf = extra ? encodeEntry(extra.entry) : await entryInLog(receipt.index)
  if (!leaf) throw new Convicted('it does not carry its entry, and no log is at hand to take it from')
  if (!isIncluded(receipt.index, checkpoint.size, hashLeaf(leaf), receipt.proof, checkpoint.root)) {
    throw new Convicted(`its entry does not stand at index ${receipt.index} of the log`)
  }
  const shown = extra?.entry
  let entry = shown
  if (extra?.sealed) {
    if (
      shown.type !== 'sealed/v1' ||
      commitTo(fromHex(extra.sealed.salt), extra.sealed.entry).toString('hex') !== shown.commitment
    ) {
      throw new Convicted('what it shows is not what the sealed entry commits to')
    }
    entry = extra.sealed.entry
    encodeEntry(entry)
  }
  if (extra?.pupil) checkPupil(extra.pupil, entry)
  return { index: receipt.index, leaf, checkpoint, entry, pupil: extra?.pupil?.record }
}

function readExtra(bytes) {
  let extra
  try {
    extra = JSON.parse(fromUtf8(bytes))
  } catch {
    throw new Convicted('its extra line is not what Gatehouse writes')
  }
  const known = ['entry', 'sealed', 'pupil']
  if (
    typeof extra !== 'object' ||
    extra === null ||
    !extra.entry ||
    Object.keys(extra).some((name) => !known.includes(name))
  ) {
    throw new Convicted('its extra line is not what Gatehouse writes')
  }
  return extra
}

function checkPupil({ position, salt, record, proof }, entry) {
  const { count, root } = entry?.pupils ?? {}
  if (!Array.isArray(proof) || !root) throw new Convicted('its extra line is malformed')
  const leaf = hashLeaf(commitTo(fromHex(salt), record))
  if (!isIncluded(position, count, leaf, proof.map(fromHex), fromHex(root))) {
    throw new Convicted('the pupil’s record is not among those that the entry commits to')
  }
}
