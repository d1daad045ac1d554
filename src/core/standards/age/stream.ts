import { Decrypter, Encrypter } from 'age-encryption'
import { GatehouseError } from '../../vocabulary/index.ts'
import type { AgeRecipient } from './recipient.ts'

type Bytes = AsyncIterable<Uint8Array>

/** Encrypts as `encryptTo` does, as a stream: memory does not grow with the file. */
export async function* encryptStream(
  recipients: readonly [AgeRecipient, ...AgeRecipient[]],
  plaintext: Bytes,
): AsyncGenerator<Uint8Array> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient.text)
  yield* await encrypter.encrypt(ReadableStream.from(plaintext))
}

/**
 * Opens as `decryptWith` does, as a stream. What was given out before a fault is met must not be used: whoever reads acts on
 * nothing until the end has come.
 * @throws GatehouseError `bad-input` when the key is another or the file was changed or cut off.
 */
export async function* decryptStream(identity: string, file: Bytes): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity.trim())
  const opening = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch {
      // The library's message could repeat the key.
      throw new GatehouseError('bad-input', 'The encrypted file can’t be opened.', {
        why: 'It is encrypted to another key, or was changed or cut off.',
        todo: 'Encrypt it again to the key that is published now.',
      })
    }
  }
  const reader = (await opening(() => decrypter.decrypt(ReadableStream.from(file)))).getReader()
  try {
    for (;;) {
      const { done, value } = await opening(() => reader.read())
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
