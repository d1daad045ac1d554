import { hash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// A file that waits for the head, and then to be sent: below the home, readable by its owner alone, named by its hash. It
// holds pupils' data as the store beside it does, and is gone once the collector has it or another takes its place.

const folderOf = (home: string): string => join(home, 'returns')
const fileOf = (home: string, sha256: string): string => join(folderOf(home), `${sha256}.xml`)

/** Keeps the bytes of a return that was built. Written whole, then given its name. */
export async function keepReturnFile(home: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folderOf(home), { recursive: true, mode: 0o700 })
  const draft = join(folderOf(home), `.${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(draft, bytes, { mode: 0o600, flag: 'wx', flush: true })
    await rename(draft, fileOf(home, hash('sha256', bytes)))
  } finally {
    await rm(draft, { force: true })
  }
}

/** The bytes of this hash; null: they are not on this machine, or are not what they were. */
export async function keptReturnFile(home: string, sha256: string): Promise<Uint8Array | null> {
  const bytes = await readFile(fileOf(home, sha256)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  return bytes && hash('sha256', bytes) === sha256 ? bytes : null
}

export const dropReturnFile = (home: string, sha256: string): Promise<void> =>
  rm(fileOf(home, sha256), { force: true })
