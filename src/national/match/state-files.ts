import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Matching } from './matching.ts'

/**
 * What a run adds to the state. `identities`: every identity that was new, sealed. `people`: who each identity is from this run on.
 * `edges`: pairs that speak for one person, with their evidence. `links`: the records that were read, with their identity.
 */
export const segmentKinds = ['identities', 'people', 'edges', 'links'] as const
export type SegmentKind = (typeof segmentKinds)[number]

export interface Segment {
  readonly run: number
  readonly kind: SegmentKind
  readonly name: string
  readonly sha256: string
}

export const stateFolder = ({ folder }: Pick<Matching, 'folder'>): string => join(folder, 'state')

export const segmentPath = (of: Pick<Matching, 'folder'>, { name }: Pick<Segment, 'name'>): string =>
  join(stateFolder(of), name)

export const makePrivate = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** Makes the disk keep a finished file under its name. @returns its SHA-256 */
export async function keepFile(draft: string, file: string): Promise<string> {
  const handle = await open(draft, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(draft)) hash.update(chunk as Buffer)
  await rename(draft, file)
  return hash.digest('hex')
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes files that no run lists: what a run that was killed left. */
export async function clearUnlisted(matching: Matching, listed: readonly Segment[]): Promise<number> {
  const folder = stateFolder(matching)
  const known = new Set(listed.map(({ name }) => name))
  const stray = (await readdir(folder).catch(() => [])).filter((name) => !known.has(name))
  for (const name of stray) await rm(join(folder, name), { force: true })
  return stray.length
}
