import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Runs of this process that put something into `.incoming`: none of them has ended while it goes on. */
const here = new Set<string>()

const mark = 'owner'

/** Says in a folder of `.incoming` whose work it is (`Collector.owner`): what is left of a run that has ended is removed at once. */
export async function markOwner(folder: string, owner: string): Promise<void> {
  here.add(owner)
  await writeFile(join(folder, mark), owner, { mode: 0o600 })
}

/** A name in `.incoming` for an upload, which says whose work it is. */
export function spoolName(owner: string): string {
  here.add(owner)
  return `spool-${randomUUID()}~${owner.replaceAll('/', '~')}`
}

/** Null: nothing says. */
export async function ownerOf(incoming: string, name: string): Promise<string | null> {
  const [, ...parts] = name.split('~')
  if (parts.length > 0) return parts.join('/')
  return readFile(join(incoming, name, mark), 'utf8').catch(() => null)
}

export const isOfThisProcess = (owner: string): boolean => here.has(owner)
