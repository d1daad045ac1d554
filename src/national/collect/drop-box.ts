import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { decryptStream, looksEncrypted } from '../../core/standards/age/index.ts'
import { fail, GatehouseError, type Result } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector } from './collector.ts'
import { spoolName } from './incoming-owner.ts'
import { keepRefusal } from './kept-refusals.ts'
import { personOf } from './person-of-source.ts'
import { receiveReturn, type ReceivedReturn } from './receive.ts'
import { refusal, type Refusal } from './refusal.ts'
import { incomingFolder, makeFolder } from './return-files.ts'
import { findSource, type Source } from './sources.store.ts'
import { parseSshKey, type SshKey } from './ssh-key.ts'
import { largestBody } from './submission.ts'

/** The source of this number and its key for SFTP; null where it has none on file. */
export async function findSftpSource(
  collector: Collector,
  number: string,
): Promise<{ readonly source: Source; readonly key: SshKey } | null> {
  const source = await asCollector(collector).read((tx) => findSource(tx, number))
  const key = parseSshKey(source?.sftpKey ?? '')
  return source && key ? { source, key } : null
}

/** A file that a source is putting into its drop box. It ends with `finish` or with `drop`, whichever is first. */
export interface Drop {
  /** False: larger than any return. What was written stays until the end, and is never taken in. */
  readonly write: (offset: number, data: Uint8Array) => Promise<boolean>
  readonly size: () => number
  /** Takes in what was written. What is refused is kept for the source to read, as a place and a reason. */
  readonly finish: (replaceReason: string | null, at: Date) => Promise<Result<ReceivedReturn, Refusal>>
  /** Nothing stays of it. */
  readonly drop: () => Promise<void>
}

const tooLarge = refusal('too-large', 'The file is larger than any return.', 'Send the return of one source.')

/** Begins a file of this name, which its door has found to be a plain one. */
export async function beginDrop(collector: Collector, source: Source, name: string): Promise<Drop> {
  const id = spoolName(collector.owner)
  const file = incomingFolder(collector.home, id)
  collector.staging.add(id)
  await makeFolder(dirname(file))
  const handle = await open(file, 'wx+', 0o600)
  let size = 0
  let whole = true
  let ended = false
  const clear = async (): Promise<void> => {
    await rm(file, { force: true })
    collector.staging.delete(id)
  }
  return {
    size: () => size,
    async write(offset, data) {
      if (ended || offset + data.length > largestBody) {
        whole = false
        return false
      }
      await handle.write(data, 0, data.length, offset)
      size = Math.max(size, offset + data.length)
      return true
    },
    async finish(replaceReason, at) {
      if (ended) throw new GatehouseError('conflict', 'This file was ended already.')
      ended = true
      try {
        await handle.sync()
        await handle.close()
        const result = whole
          ? await takeDropped(collector, source, { file, name, replaceReason }, at)
          : fail(tooLarge)
        if (!result.ok) await keepRefusal(collector.home, source, name, result.error, at)
        return result
      } finally {
        await clear()
      }
    },
    async drop() {
      if (ended) return
      ended = true
      await handle.close()
      await clear()
    },
  }
}

async function takeDropped(
  collector: Collector,
  source: Source,
  {
    file,
    name,
    replaceReason,
  }: { readonly file: string; readonly name: string; readonly replaceReason: string | null },
  at: Date,
): Promise<Result<ReceivedReturn, Refusal>> {
  const read = (): AsyncIterable<Uint8Array> => createReadStream(file) as AsyncIterable<Uint8Array>
  const hash = createHash('sha256')
  let begin = Buffer.alloc(0)
  for await (const chunk of read()) {
    if (begin.length < 32) begin = Buffer.concat([begin, chunk.subarray(0, 32)])
    hash.update(chunk)
  }
  const reason = replaceReason === null ? {} : { replaceReason }
  const delivery = looksEncrypted(begin)
    ? {
        name,
        open: () => decryptStream(collector.keys.identity, read()),
        sealed: { file, sha256: hash.digest('hex') },
        ...reason,
      }
    : { name, open: read, ...reason }
  try {
    return await receiveReturn(collector, personOf(source), delivery, at)
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'bad-input')
      return fail(refusal('not-encrypted', error.message, error.todo ?? 'Encrypt it to the collector’s key.'))
    throw error
  }
}
