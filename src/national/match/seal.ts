import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { GatehouseError } from '../../core/vocabulary/index.ts'

// A sealed file: eight bytes that say what it is, then chunks. Each chunk: nonce (12), tag (16), then as much as was put in.
// The chunk’s number, and whether it is the last, are authenticated with it: none can be moved, dropped or added.
const mark = Buffer.from('GHSEAL1\n')
const chunkBytes = 1 << 20
const overhead = 28

const place = (number: number, last: boolean): Buffer => {
  const data = Buffer.alloc(9)
  data.writeBigUInt64BE(BigInt(number))
  data[8] = last ? 1 : 0
  return data
}

/** Encrypts some bytes (AES-256-GCM) under a name that they must be opened with. */
export function seal(key: Buffer, plain: Uint8Array, of: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(of)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** @throws GatehouseError `store-failed` where the bytes are not those that were sealed under this name. */
export function unseal(key: Buffer, sealed: Uint8Array, of: Buffer): Buffer {
  const bytes = Buffer.from(sealed)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(of).setAuthTag(bytes.subarray(12, overhead))
    return Buffer.concat([decipher.update(bytes.subarray(overhead)), decipher.final()])
  } catch (error) {
    throw new GatehouseError('store-failed', 'What was kept sealed can’t be opened.', {
      why: 'It was changed, or the key is another.',
      todo: 'Restore the match folder and its key from one backup.',
      cause: error,
    })
  }
}

/** Encrypts a file into another, synced before it returns. */
export async function sealFile(key: Buffer, from: string, to: string): Promise<void> {
  const source = await open(from, 'r')
  const target = await open(to, 'wx', 0o600)
  try {
    const { size } = await source.stat()
    await target.write(mark)
    const buffer = Buffer.alloc(chunkBytes)
    const chunks = Math.max(1, Math.ceil(size / chunkBytes))
    for (let number = 0; number < chunks; number++) {
      const filled = await fill(source, buffer)
      await target.write(seal(key, buffer.subarray(0, filled), place(number, number === chunks - 1)))
    }
    await target.sync()
  } finally {
    await source.close()
    await target.close()
  }
}

async function fill(source: FileHandle, buffer: Buffer): Promise<number> {
  let filled = 0
  for (;;) {
    const { bytesRead } = await source.read(buffer, filled, buffer.length - filled)
    filled += bytesRead
    if (bytesRead === 0 || filled === buffer.length) return filled
  }
}

/** Opens a sealed file into a plain one, which must not be there. @throws GatehouseError `store-failed` */
export async function unsealFile(key: Buffer, from: string, to: string): Promise<void> {
  const target = await open(to, 'wx', 0o600)
  try {
    let held: Buffer = Buffer.alloc(0)
    let number = -1
    for await (const read of createReadStream(from, { highWaterMark: chunkBytes + overhead })) {
      held = held.length === 0 ? (read as Buffer) : Buffer.concat([held, read as Buffer])
      if (number < 0 && held.length >= mark.length) {
        if (!held.subarray(0, mark.length).equals(mark)) break
        held = held.subarray(mark.length)
        number = 0
      }
      // The last chunk is known by the file’s end alone: one is always held back.
      while (number >= 0 && held.length > chunkBytes + overhead) {
        const chunk = held.subarray(0, chunkBytes + overhead)
        held = held.subarray(chunkBytes + overhead)
        await target.write(unseal(key, chunk, place(number++, false)))
      }
    }
    await target.write(unseal(key, held, place(Math.max(0, number), true)))
  } finally {
    await target.close()
  }
}
