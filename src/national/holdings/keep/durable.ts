import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** Makes the disk keep a file’s bytes, or what a folder’s names say. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Writes a file under a name that must be free; of two at once one wins. False: it was taken. */
export async function writeOnce(file: string, text: string): Promise<boolean> {
  await makeFolder(dirname(file))
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    try {
      await link(draft, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
    await sync(dirname(file))
    return true
  } finally {
    await rm(draft, { force: true })
  }
}

/** Gives a finished folder its place. */
export async function putFolder(draft: string, folder: string): Promise<void> {
  await sync(draft)
  await makeFolder(dirname(folder))
  await rename(draft, folder)
  await sync(dirname(folder))
}
