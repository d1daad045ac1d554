import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const folderOf = (home: string): string => join(home, 'keys')

/**
 * Keeps a transport's secret in `home/keys`, readable by its owner alone, under a name of its own, which is returned: the
 * secret in use stays until the new one is on record.
 */
export async function keepSecret(home: string, owner: string, secret: string): Promise<string> {
  const reference = `transport-${owner.slice(0, 50)}-${randomBytes(6).toString('hex')}`
  await mkdir(folderOf(home), { recursive: true, mode: 0o700 })
  const draft = join(folderOf(home), `.${reference}`)
  await writeFile(draft, secret, { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, join(folderOf(home), reference))
  return reference
}

/** Removes a secret that nothing uses any more; only one that `keepSecret` made. */
export async function dropSecret(home: string, reference: string): Promise<void> {
  if (/^transport-[a-z0-9-]+-[0-9a-f]{12}$/.test(reference))
    await rm(join(folderOf(home), reference), { force: true })
}
