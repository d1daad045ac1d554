import { hash } from 'node:crypto'
import { isKeyName } from './signed-note.ts'
import { decodeBase64, encodeBase64, malformed } from './text.ts'

/** C2SP signed-note's signature types that are read here; every other is refused. */
export const keyTypes = { ed25519: 0x01, 'ed25519-cosignature': 0x04, 'ml-dsa-44': 0x06 } as const
export type KeyType = keyof typeof keyTypes

const publicKeyBytes: Readonly<Record<KeyType, number>> = {
  ed25519: 32,
  'ed25519-cosignature': 32,
  'ml-dsa-44': 1312,
}

/** A public key in the text form that is handed around: `name+keyid+base64`. */
export interface VerifierKey {
  readonly name: string
  readonly keyId: string
  readonly type: KeyType
  readonly publicKey: Uint8Array
}

const typedKey = (type: KeyType, publicKey: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(keyTypes[type]), publicKey])

/** C2SP signed-note: the first four bytes of SHA-256(name, newline, type, public key), in hex. */
export const keyIdOf = (name: string, type: KeyType, publicKey: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typedKey(type, publicKey)])).slice(0, 8)

export const formatVkey = ({ name, keyId, type, publicKey }: VerifierKey): string =>
  `${name}+${keyId}+${encodeBase64(typedKey(type, publicKey))}`

/** @throws GatehouseError `bad-input` for a text of another form, an unknown type, or a key id that is not the key's. */
export function parseVkey(text: string): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text)
  const [, name = '', keyId = '', base64 = ''] = match ?? []
  const bytes = decodeBase64(base64)
  if (!isKeyName(name) || !bytes) throw malformed('A public key is not of the form “name+keyid+base64”.')
  const known = Object.entries(keyTypes).find(([, byte]) => byte === bytes[0])
  if (!known) throw malformed('The public key is of a type that is not read here.', name)
  const type = known[0] as KeyType
  const publicKey = bytes.subarray(1)
  if (publicKey.length !== publicKeyBytes[type]) throw malformed('The public key has a wrong length.', name)
  if (keyIdOf(name, type, publicKey) !== keyId)
    throw malformed('The key id is not that of the public key.', name)
  return { name, keyId, type, publicKey }
}
