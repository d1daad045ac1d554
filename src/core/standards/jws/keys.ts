import { createPublicKey, randomBytes, type KeyObject } from 'node:crypto'
import { ed25519PrivateKey, ed25519PublicKey } from '../tlog/index.ts'

/** A key that signs, and its public half as it is handed over: 32 bytes in base64url. */
export interface JwsKey {
  readonly privateKey: KeyObject
  readonly publicText: string
}

export const newSeed = (): Uint8Array => randomBytes(32)

/** The Ed25519 key that this seed of 32 bytes makes. */
export function jwsKey(seed: Uint8Array): JwsKey {
  if (seed.length !== 32) throw new Error('an Ed25519 seed has 32 bytes')
  const privateKey = ed25519PrivateKey(seed)
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { privateKey, publicText: raw.toString('base64url') }
}

/** A public key as `publicText` writes it; null when it is none. */
export function parsePublicKey(text: string): KeyObject | null {
  const raw = Buffer.from(text, 'base64url')
  return raw.length === 32 && raw.toString('base64url') === text ? ed25519PublicKey(raw) : null
}
