import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { ed25519PublicKey, verifyEd25519 } from './ed25519.ts'
import type { NoteSigner, NoteVerifier } from './signed-note.ts'
import { malformed } from './text.ts'
import { keyIdOf, type VerifierKey } from './vkey.ts'

const maxTimestamp = 2n ** 63n - 1n

/** What an ML-DSA-44 cosignature is made over; `start` is 0 and `end` the tree size for a checkpoint. */
export interface CosignedMessage {
  readonly cosigner: string
  /** POSIX seconds; 0 says nothing about being the latest, and is all that a subtree not starting at 0 may carry. */
  readonly timestamp: bigint
  readonly origin: string
  readonly start: number
  readonly end: number
  readonly hash: Uint8Array
}

/** The bytes of C2SP tlog-cosignature's `cosigned_message`. */
export function cosignedMessage(message: CosignedMessage): Uint8Array {
  const { cosigner, timestamp, origin, start, end, hash } = message
  if (timestamp < 0n || timestamp > maxTimestamp) throw malformed('The cosignature’s time is out of range.')
  if (start !== 0 && timestamp !== 0n) throw malformed('A subtree’s cosignature carries no time.')
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0'),
    short(cosigner, 'cosigner'),
    u64(timestamp),
    short(origin, 'origin'),
    u64(BigInt(start)),
    u64(BigInt(end)),
    hash,
  ])
}

function short(text: string, what: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length < 1 || bytes.length > 255 || text.includes('\n')) {
    throw malformed(`The ${what}’s name does not fit a cosignature (1 to 255 bytes).`)
  }
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** The time a cosignature claims, in POSIX seconds, or undefined when the bytes can't be one. */
export function cosignatureTime(signature: Uint8Array): bigint | undefined {
  if (signature.length < 8) return undefined
  const time = Buffer.from(signature).readBigUInt64BE(0)
  return time > maxTimestamp ? undefined : time
}

const readCheckpoint = (text: string): Checkpoint | undefined => {
  try {
    return parseCheckpoint(text)
  } catch {
    return undefined
  }
}

const overCheckpoint = (cosigner: string, timestamp: bigint, checkpoint: Checkpoint): Uint8Array =>
  cosignedMessage({
    cosigner,
    timestamp,
    origin: checkpoint.origin,
    start: 0,
    end: checkpoint.size,
    hash: checkpoint.root,
  })

/**
 * Verifies timestamped cosignatures of checkpoints: ML-DSA-44 (type 0x06), or Ed25519 (type 0x04, as older witnesses
 * make). With `notAfter`, one whose time lies later is refused.
 */
export function cosignatureVerifier(key: VerifierKey, notAfter?: Date): NoteVerifier {
  if (key.type === 'ed25519') throw malformed('This is not a cosigner’s key.', key.name)
  const ed25519 = key.type === 'ed25519-cosignature' ? ed25519PublicKey(key.publicKey) : undefined
  return {
    name: key.name,
    keyId: key.keyId,
    verify: (text, bytes) => {
      const checkpoint = readCheckpoint(text)
      const time = cosignatureTime(bytes)
      if (!checkpoint || time === undefined) return false
      if (notAfter && time > BigInt(Math.floor(notAfter.getTime() / 1000))) return false
      const signature = bytes.subarray(8)
      if (ed25519) {
        return verifyEd25519(ed25519, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), signature)
      }
      if (signature.length !== ml_dsa44.lengths.signature || Buffer.byteLength(checkpoint.origin) > 255)
        return false
      return ml_dsa44.verify(signature, overCheckpoint(key.name, time, checkpoint), key.publicKey)
    },
  }
}

/** Cosigns checkpoints as `name` with ML-DSA-44, from a 32-byte seed, at the instants that `at` gives. */
export function mlDsa44Signer(
  name: string,
  seed: Uint8Array,
): { readonly key: VerifierKey; at(instant: Date): NoteSigner } {
  if (seed.length !== 32) throw malformed('An ML-DSA-44 seed has 32 bytes.', name)
  const { secretKey, publicKey } = ml_dsa44.keygen(seed)
  const key: VerifierKey = {
    name,
    keyId: keyIdOf(name, 'ml-dsa-44', publicKey),
    type: 'ml-dsa-44',
    publicKey,
  }
  const verifier = cosignatureVerifier(key)
  return {
    key,
    at: (instant) => {
      const time = BigInt(Math.floor(instant.getTime() / 1000))
      return {
        verifier,
        sign: (text) => {
          const message = overCheckpoint(name, time, parseCheckpoint(text))
          return Buffer.concat([u64(time), ml_dsa44.sign(message, secretKey)])
        },
      }
    },
  }
}
