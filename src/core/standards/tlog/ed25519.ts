import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { NoteSigner, NoteVerifier } from './signed-note.ts'
import { malformed } from './text.ts'
import { keyIdOf, type VerifierKey } from './vkey.ts'

// The DER frames of RFC 8410 around 32 bytes of key.
const publicFrame = Buffer.from('302a300506032b6570032100', 'hex')
const privateFrame = Buffer.from('302e020100300506032b657004220420', 'hex')

export const ed25519PublicKey = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicFrame, raw]), format: 'der', type: 'spki' })

export const ed25519PrivateKey = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateFrame, seed]), format: 'der', type: 'pkcs8' })

/** True if the 64 bytes are the key's signature of the message. */
export const verifyEd25519 = (key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === 64 && verify(null, message, key, signature)

/** Verifies notes signed with Ed25519 (type 0x01): the signature covers the note's text as it stands. */
export function ed25519Verifier(key: VerifierKey): NoteVerifier {
  if (key.type !== 'ed25519') throw malformed('This is not an Ed25519 note key.', key.name)
  const publicKey = ed25519PublicKey(key.publicKey)
  return {
    name: key.name,
    keyId: key.keyId,
    verify: (text, signature) => verifyEd25519(publicKey, Buffer.from(text), signature),
  }
}

/** Signs notes as `name` with the key that this 32-byte seed makes. */
export function ed25519Signer(name: string, seed: Uint8Array): NoteSigner & { readonly key: VerifierKey } {
  if (seed.length !== 32) throw malformed('An Ed25519 seed has 32 bytes.', name)
  const privateKey = ed25519PrivateKey(seed)
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  const key: VerifierKey = { name, keyId: keyIdOf(name, 'ed25519', publicKey), type: 'ed25519', publicKey }
  return { key, verifier: ed25519Verifier(key), sign: (text) => sign(null, Buffer.from(text), privateKey) }
}
