import { createHash, type Hash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Result } from '../vocabulary/index.ts'
import type { CollectionDefinition } from './definition.ts'

/** What reads a definition: a change in it makes one that was kept stale. */
const readers = ['.', 'condition', 'csv', '../policy', '../standards/csv']

/**
 * Reads a definition with `read`, or takes one that was kept when the same files were read by the same code. It is kept
 * beside what Node compiled, in a folder that is as safe from others as the packages are, and not at all where Node keeps
 * nothing. A definition with a fault is never kept.
 */
export async function keepDefinition<Fault>(
  policy: string,
  id: string,
  year: number,
  read: () => Promise<Result<CollectionDefinition, Fault>>,
  beside: string | undefined = getCompileCacheDir(),
): Promise<Result<CollectionDefinition, Fault>> {
  if (beside === undefined) return read()
  const file = join(dirname(beside), 'collections', `${id}-${String(year)}`)
  const key = await keyOf(policy, id, year)
  const kept = await readFile(file).catch(() => null)
  if (kept?.subarray(0, key.length).equals(key) === true) {
    try {
      return { ok: true, value: deserialize(kept.subarray(key.length)) as CollectionDefinition }
    } catch {
      // Another Node wrote it, or it is damaged: it is read and written anew.
    }
  }
  const definition = await read()
  if (definition.ok) await write(file, Buffer.concat([key, serialize(definition.value)]))
  return definition
}

/** A digest of everything that a definition is made of. */
async function keyOf(policy: string, id: string, year: number): Promise<Buffer> {
  const hash = createHash('sha256').update(`${process.version} ${policy} ${id} ${String(year)}`)
  for (const folder of readers) {
    const path = join(import.meta.dirname, folder)
    for (const name of (await readdir(path)).sort()) {
      const { mtimeMs, size } = await stat(join(path, name))
      hash.update(`${folder}/${name} ${String(mtimeMs)} ${String(size)}\n`)
    }
  }
  for (const folder of [join('collections', id), 'codes', 'calendar']) await addFolder(hash, policy, folder)
  return hash.digest()
}

async function addFolder(hash: Hash, policy: string, folder: string): Promise<void> {
  const entries = await readdir(join(policy, folder), { withFileTypes: true }).catch(() => [])
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'cases') await addFolder(hash, policy, path)
    } else {
      const bytes = await readFile(join(policy, path))
      hash.update(`${path} ${String(bytes.length)}\n`).update(bytes)
    }
  }
}

/** Two that write at once leave one of the two; one that can’t write leaves it. */
async function write(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.${String(process.pid)}`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(part, bytes, { mode: 0o600 })
    await rename(part, file)
  } catch {
    // Nothing depends on it.
  }
}
