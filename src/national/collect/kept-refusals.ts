import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Refusal } from './refusal.ts'
import { collectedFolder, makeFolder } from './return-files.ts'
import type { Source } from './sources.store.ts'

// What became of files that nobody waited for at a page. A refused file leaves nothing in the store: only its source is told,
// and the collector forgets it after some more. The folder's dot keeps it out of backups.

const most = 20

const folderOf = (home: string, { laNumber, source }: Pick<Source, 'laNumber' | 'source'>): string =>
  join(collectedFolder(home), '.refused', `${laNumber}-${source}`)

/** Keeps why a file was refused, for its source alone; of each source the last twenty. */
export async function keepRefusal(
  home: string,
  source: Pick<Source, 'laNumber' | 'source'>,
  name: string,
  why: Refusal,
  at: Date,
): Promise<void> {
  const folder = folderOf(home, source)
  await makeFolder(folder)
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const text = JSON.stringify({ file: name, at: at.toISOString(), ...why })
  await writeFile(join(folder, `refused-${stamp}-${randomUUID().slice(0, 8)}.json`), `${text}\n`, {
    mode: 0o600,
  })
  for (const old of (await refusalNames(home, source)).slice(0, -most))
    await rm(join(folder, old), { force: true })
}

/** Their files' names, the oldest first. */
export const refusalNames = async (
  home: string,
  source: Pick<Source, 'laNumber' | 'source'>,
): Promise<readonly string[]> => (await readdir(folderOf(home, source)).catch(() => [])).sort()

export async function readRefusal(
  home: string,
  source: Pick<Source, 'laNumber' | 'source'>,
  name: string,
): Promise<{ readonly bytes: Buffer; readonly at: Date }> {
  const file = join(folderOf(home, source), name)
  return { bytes: await readFile(file), at: (await stat(file)).mtime }
}
