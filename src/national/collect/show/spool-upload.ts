import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../../core/vocabulary/index.ts'
import type { Collector } from '../collector.ts'
import { spoolName } from '../incoming-owner.ts'
import { refusal, type Refusal } from '../refusal.ts'
import { incomingFolder, makeFolder, writeDurably } from '../return-files.ts'

/** An upload that lies on the disk until it was taken in. */
export interface Spooled {
  readonly bytes: number
  readonly open: () => AsyncIterable<Uint8Array>
  /** Whoever spooled it calls this, whatever became of it. */
  readonly remove: () => Promise<void>
}

/**
 * Writes an upload to the disk as it comes, so that its size costs no memory; one that is larger than `most` leaves nothing.
 * It lies among what waits to be taken in: what an ended run leaves there is cleared away by `resume`.
 */
export async function spoolUpload(
  { home, owner, staging }: Collector,
  body: AsyncIterable<Uint8Array>,
  most: number,
): Promise<Result<Spooled, Refusal>> {
  const id = spoolName(owner)
  const folder = incomingFolder(home, id)
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true })
    staging.delete(id)
  }
  staging.add(id)
  const counted = { bytes: 0, tooMany: false }
  async function* bounded(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      counted.bytes += chunk.length
      if (counted.bytes > most) {
        counted.tooMany = true
        return
      }
      yield chunk
    }
  }
  try {
    await makeFolder(folder)
    const file = join(folder, 'upload')
    await writeDurably(file, bounded())
    if (counted.tooMany) {
      await remove()
      return fail(
        refusal(
          'too-large',
          `The file is larger than ${String(Math.floor(most / 2 ** 20))} MB.`,
          'Choose the file of the return. One that is really so large goes to the collector on another way.',
        ),
      )
    }
    return ok({
      bytes: counted.bytes,
      open: () => createReadStream(file) as AsyncIterable<Uint8Array>,
      remove,
    })
  } catch (error) {
    await remove()
    throw error
  }
}
