// Signed notes, verifier keys and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
import { createHash, createPublicKey, verify } from 'node:crypto'
import { emptyRoot } from './merkle.mjs'
import { verifyMlDsa44 } from './ml-dsa-44.mjs'

/** What is wrong with something that was read; everything else that is thrown is a fault of this program. */
export class Convicted extends Error {}

export function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

export const fromDecimal = (text) =>
  /^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined

export function fromUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Convicted('it is not UTF-8 text')
  }
}

const isName = (name) => name !== '' && !/[\s\u0085+]/u.test(name)

const keyTypes = { 1: ['Ed25519', 32], 4: ['Ed25519 cosignature', 32], 6: ['ML-DSA-44', 1312] }

/** A public key from its text form `name+keyid+base64`. */
export function parseKey(text) {
  const [name, id] = text.split('+', 2)
  const bytes = fromBase64(text.slice(`${name}+${id}+`.length))
  const [type, length] = keyTypes[bytes?.[0]] ?? []
  if (!isName(name) || !type || bytes.length !== 1 + length)
    throw new Convicted('a public key is not of a form that is known')
  const expected = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex').slice(0, 8)
  if (id !== expected) throw new Convicted(`the id of a key of ${name} is not that of the key`)
  return { name, id, type, bytes: bytes.subarray(1) }
}

export function parseNote(bytes) {
  const all = fromUtf8(bytes)
  if (/[\u0000-\u0009\u000b-\u001f]/.test(all)) throw new Convicted('it holds a control character')
  const blank = all.lastIndexOf('\n\n')
  const block = all.slice(blank + 2)
  if (blank < 0 || block === '' || !block.endsWith('\n')) throw new Convicted('it is not a signed note')
  const signatures = block
    .slice(0, -1)
    .split('\n')
    .map((line, i) => {
      const [, name = '', base64 = ''] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line) ?? []
      const signature = fromBase64(base64)
      if (!isName(name) || !signature || signature.length < 5)
        throw new Convicted(`signature line ${i + 1} is malformed`)
      return { name, id: signature.subarray(0, 4).toString('hex'), signature: signature.subarray(4) }
    })
  if (signatures.length > 64) throw new Convicted('it has too many signatures')
  return { text: all.slice(0, blank + 1), signatures }
}

export function parseCheckpoint(text) {
  const [origin, sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n')
  const size = fromDecimal(sizeText)
  const root = fromBase64(rootText)
  if (origin === '') throw new Convicted('it names no log')
  if (size === undefined) throw new Convicted('its size is not a plain number')
  if (root?.length !== 32) throw new Convicted('its root is not 32 bytes of base64')
  if (size === 0 && !root.equals(emptyRoot)) throw new Convicted('its root is not that of an empty log')
  if (extensions.includes('')) throw new Convicted('it has an empty line')
  return { origin, size, root, extensions }
}

const u64 = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
const short = (text) => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)])

function isSignedBy(key, text, checkpoint, signature) {
  const ed25519 = (message, bytes) =>
    verify(
      null,
      message,
      createPublicKey({
        key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.bytes]),
        format: 'der',
        type: 'spki',
      }),
      bytes,
    )
  if (key.type === 'Ed25519') return signature.length === 64 && ed25519(Buffer.from(text), signature)
  if (signature.length < 8 || signature[0] > 127) return false
  const time = signature.readBigUInt64BE(0)
  const rest = signature.subarray(8)
  if (key.type === 'Ed25519 cosignature') {
    return rest.length === 64 && ed25519(Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), rest)
  }
  if (Buffer.byteLength(checkpoint.origin) > 255 || Buffer.byteLength(key.name) > 255) return false
  const message = Buffer.concat([
    Buffer.from('subtree/v1\n\0'),
    short(key.name),
    u64(time),
    short(checkpoint.origin),
    u64(0),
    u64(checkpoint.size),
    checkpoint.root,
  ])
  return verifyMlDsa44(key.bytes, message, rest)
}

function timeOf(signature) {
  const time = new Date(Number(signature.readBigUInt64BE(0)) * 1000)
  return Number.isNaN(time.getTime()) ? null : time
}

/**
 * Opens a signed checkpoint with the keys that are known. A known key's line that fails condemns it. Tells which keys
 * signed, the time their signatures claim, and which lines no known key accounts for.
 */
export function openCheckpoint(bytes, keys) {
  const { text, signatures } = parseNote(bytes)
  const checkpoint = parseCheckpoint(text)
  const signed = new Map()
  const unknown = []
  for (const { name, id, signature } of signatures) {
    const key = keys.find((known) => known.name === name && known.id === id)
    if (!key) {
      unknown.push({ name, id })
      continue
    }
    if (!isSignedBy(key, text, checkpoint, signature)) {
      throw new Convicted(`the ${key.type} signature of ${name} (key ${id}) does not verify`)
    }
    signed.set(key, key.type === 'Ed25519' ? null : timeOf(signature))
  }
  return { ...checkpoint, signed, unknown }
}
