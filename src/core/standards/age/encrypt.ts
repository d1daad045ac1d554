import { Decrypter, Encrypter } from 'age-encryption'
import { fail, ok, type Result } from '../../vocabulary/index.ts'
import type { AgeRecipient } from './recipient.ts'

/** Encrypts to one or more public keys (age v1, binary, no armour). Two calls never give the same bytes. */
export async function encryptTo(
  recipients: readonly [AgeRecipient, ...AgeRecipient[]],
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient.text)
  return encrypter.encrypt(plaintext)
}

/** Opens a file with a secret key (`AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`). A wrong key and a changed file look alike. */
export async function decryptWith(
  identity: string,
  file: Uint8Array,
): Promise<Result<Uint8Array, 'cannot-open'>> {
  try {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity.trim())
    return ok(await decrypter.decrypt(file))
  } catch {
    return fail('cannot-open') // the library's message could repeat the key
  }
}

/** True for the first bytes of an age file; says nothing of whether it opens. */
export const looksEncrypted = (file: Uint8Array): boolean =>
  Buffer.from(file.subarray(0, 22)).toString('latin1') === 'age-encryption.org/v1\n'
