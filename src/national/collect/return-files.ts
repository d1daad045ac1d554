import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Round } from './definitions.ts'

/**
 * Where returns lie: `collected/<collection>/<year>/<term>/<id>/` once they are loaded, `collected/.incoming/<id>/` until
 * then. A folder moves from one to the other whole.
 */
export const collectedFolder = (home: string): string => join(home, 'collected')
export const incomingFolder = (home: string, id: string): string =>
  join(collectedFolder(home), '.incoming', id)
export const returnFolder = (home: string, { collection, year, term }: Round, id: string): string =>
  join(collectedFolder(home), collection, String(year), term, id)

/** The bytes as they came, encrypted to the collector’s own key. */
export const bodyFile = 'received.age'
export const rowsFolder = 'rows'
export const tableFile = (table: string): string => `${table}.parquet`

/** Writes a file and does not return before the disk has it. Returns its size. */
export async function writeDurably(file: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(file, 'w', 0o600)
  try {
    let size = 0
    for await (const chunk of bytes) {
      await handle.write(chunk)
      size += chunk.length
    }
    await handle.sync()
    return size
  } finally {
    await handle.close()
  }
}

export const makeFolder = (folder: string): Promise<unknown> =>
  mkdir(folder, { recursive: true, mode: 0o700 })

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Makes the disk keep what the folder’s names say. */
export const syncFolder = (folder: string): Promise<void> => syncFile(folder)

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Moves a loaded return to its place. */
export async function putInPlace(home: string, round: Round, id: string): Promise<void> {
  const from = incomingFolder(home, id)
  // At once: the disk then writes its journal once for many of them.
  await Promise.all((await readdir(from)).map((name) => syncFile(join(from, name))))
  await syncFolder(from)
  const to = returnFolder(home, round, id)
  await makeFolder(dirname(to))
  await rename(from, to)
  await syncFolder(dirname(to))
}

/** Takes a return that was put in place, and whose validation was never recorded, back to be loaded again. */
export async function takeBack(home: string, round: Round, id: string): Promise<void> {
  const place = returnFolder(home, round, id)
  if (!(await exists(place))) return
  await makeFolder(dirname(incomingFolder(home, id)))
  await rename(place, incomingFolder(home, id))
}

/** Removes what a load begins with: nothing stays but the bytes that came and finished tables. */
export const clearRows = (home: string, id: string): Promise<void> =>
  clearBut(home, id, (name) => name === bodyFile || name.endsWith('.parquet'))

/** Removes all but the bytes that came. */
export const clearLoaded = (home: string, id: string): Promise<void> =>
  clearBut(home, id, (name) => name === bodyFile)

async function clearBut(home: string, id: string, keep: (name: string) => boolean): Promise<void> {
  const folder = incomingFolder(home, id)
  for (const name of await readdir(folder))
    if (!keep(name)) await rm(join(folder, name), { recursive: true, force: true })
}
