import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { GatehouseError } from '../../../core/vocabulary/index.ts'

// A sealed file: a mark, then frames of length (4), nonce (12), tag (16), body. A frame’s number and whether it is the last are
// authenticated with it, and what the file is: no frame can be moved, dropped, added or taken from another file.
const mark = Buffer.from('GHHOLD1\n')
const frameBytes = 1 << 18
const mostFrame = frameBytes + (1 << 16)

const place = (of: string, number: number, last: boolean): Buffer =>
  Buffer.from(`${of}\n${String(number)}\n${last ? 'last' : 'more'}`)

export function sealBytes(key: Buffer, plain: Uint8Array, of: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(of)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** @throws GatehouseError `store-failed` where the bytes are not those that were sealed under this key and name. */
export function openBytes(key: Buffer, sealed: Uint8Array, of: Buffer): Buffer {
  const bytes = Buffer.from(sealed)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(of).setAuthTag(bytes.subarray(12, 28))
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
  } catch (error) {
    throw broken(error)
  }
}

const broken = (cause?: unknown): GatehouseError =>
  new GatehouseError('store-failed', 'A sealed file of the holdings can’t be opened.', {
    why: 'It was changed or cut off, or the key is another’s.',
    todo: 'Restore the file and its key from one backup.',
    cause,
  })

/** Writes bytes sealed, in frames, and does not return before the disk has them. `of` says what the file is. */
export async function writeSealed(
  file: string,
  key: Buffer,
  of: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.write(mark)
    let number = 0
    let held: Buffer[] = []
    let size = 0
    const frame = async (last: boolean): Promise<void> => {
      const sealed = sealBytes(key, Buffer.concat(held), place(of, number++, last))
      const length = Buffer.alloc(4)
      length.writeUInt32BE(sealed.length)
      await handle.write(Buffer.concat([length, sealed]))
      held = []
      size = 0
    }
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length;) {
        if (size === frameBytes) await frame(false)
        const part = chunk.subarray(at, at + frameBytes - size)
        held.push(Buffer.from(part))
        size += part.length
        at += part.length
      }
    }
    await frame(true)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The bytes again, in frames; each is authenticated before it is given. @throws GatehouseError `store-failed` */
export async function* readSealed(file: string, key: Buffer, of: string): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const read = async (at: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await handle.read(buffer, 0, length, at)
      if (bytesRead !== length) throw broken()
      return buffer
    }
    if (!(await read(0, mark.length)).equals(mark)) throw broken()
    let at = mark.length
    for (let number = 0; at < size; number++) {
      const length = (await read(at, 4)).readUInt32BE()
      if (length < 28 || length > mostFrame) throw broken()
      const sealed = await read(at + 4, length)
      at += 4 + length
      yield openBytes(key, sealed, place(of, number, at === size))
    }
    if (at === mark.length) throw broken()
  } finally {
    await handle.close()
  }
}
