import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from '../collect/index.ts'
import type { Matching } from './matching.ts'
import { makePrivate } from './state-files.ts'

const spills = ({ folder }: Pick<Matching, 'folder'>): string => join(folder, 'spill')

/**
 * Works in a folder of its own (0700) in which identities may lie plain. It goes at the end, however the work ends; what a
 * killed run left goes before anything else.
 */
export async function withSpill<T>(matching: Matching, work: (folder: string) => Promise<T>): Promise<T> {
  const above = spills(matching)
  await makePrivate(above)
  await clearSpills(matching)
  const own = join(above, `${Buffer.from(matching.collector.owner).toString('base64url')}.${randomUUID()}`)
  await makePrivate(own)
  try {
    return await work(own)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

/** Removes the folders of runs that are no more. */
export async function clearSpills(matching: Matching): Promise<void> {
  const above = spills(matching)
  for (const name of await readdir(above).catch(() => [])) {
    const owner = Buffer.from(name.split('.')[0] ?? '', 'base64url').toString('utf8')
    if (!isAlive(owner, matching.collector)) await rm(join(above, name), { recursive: true, force: true })
  }
}
