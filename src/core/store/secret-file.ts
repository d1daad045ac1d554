import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GatehouseError } from '../vocabulary/index.ts'

/** A secret that lies in the home, in a file that its owner alone may read. */
export interface SecretFile {
  readonly file: string
  /** What can't be done with a wrong one, and what to do: sentences. */
  readonly cannot: string
  readonly todo: string
}

/** @throws GatehouseError `misconfigured` where others may read it */
async function readSecretFile(of: SecretFile): Promise<Buffer | null> {
  try {
    const [bytes, { mode }] = await Promise.all([readFile(of.file), stat(of.file)])
    if ((mode & 0o077) !== 0) throw wrongSecret(of, 'Other users of this machine may read it.')
    return bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * The secret, made where there is none (mode 0600). It is written whole, then given its name: a crash leaves no half secret,
 * and of two makers at once one wins.
 * @throws GatehouseError `misconfigured` where others may read it
 */
export async function createOrLoadSecret(
  of: SecretFile,
  make: () => Promise<string | Uint8Array> | string | Uint8Array,
): Promise<Buffer> {
  const known = await readSecretFile(of)
  if (known) return known
  await mkdir(dirname(of.file), { recursive: true, mode: 0o700 })
  const draft = `${of.file}.${randomBytes(6).toString('hex')}`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(await make())
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(draft, of.file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  const made = await readSecretFile(of)
  if (!made) throw wrongSecret(of, 'It vanished.')
  return made
}

/** Why a secret that lies there is not one. */
export const wrongSecret = ({ file, cannot, todo }: SecretFile, why: string): GatehouseError =>
  new GatehouseError('misconfigured', cannot, { where: file, why, todo })
