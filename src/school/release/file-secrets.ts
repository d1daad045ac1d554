import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Secrets } from './door.ts'

const keyBytes = 32

/**
 * Secrets kept as files under `home/keys`, each readable by its owner alone. Losing a pseudonym key gives every pupil a new
 * code at that recipient; letting it out lets others join two recipients' files.
 */
export function fileSecrets(home: string): Secrets {
  const folder = join(home, 'keys', 'pseudonyms')
  return {
    async pseudonymKey(recipientId) {
      if (!/^[a-z0-9][a-z0-9-]{0,79}$/.test(recipientId)) {
        throw new GatehouseError('bad-input', 'A recipient’s id is not of its form.', {
          where: 'its key’s file',
        })
      }
      const file = join(folder, recipientId)
      return (await readKey(file)) ?? (await makeKey(folder, file))
    },
  }
}

async function readKey(file: string): Promise<Uint8Array | null> {
  try {
    const [key, { mode }] = await Promise.all([readFile(file), stat(file)])
    if (key.length !== keyBytes || (mode & 0o077) !== 0) {
      throw new GatehouseError('misconfigured', 'A recipient’s pseudonym key can’t be used.', {
        where: file,
        why: key.length === keyBytes ? 'Others may read it.' : 'It is not 32 bytes long.',
        todo: 'Put the key back from the backup; only its owner may read it (mode 600).',
      })
    }
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Written whole, then given its name: a crash leaves no half key, and of two makers at once one wins. */
async function makeKey(folder: string, file: string): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, randomBytes(keyBytes), { mode: 0o600, flush: true })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const key = await readKey(file)
  if (!key)
    throw new GatehouseError('misconfigured', 'A recipient’s pseudonym key vanished.', { where: file })
  return key
}
