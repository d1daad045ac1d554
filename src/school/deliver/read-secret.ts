import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/**
 * Reads a transport's secret from `home/keys` by its name; null when there is none.
 * @throws GatehouseError `misconfigured` when others than its owner may read it.
 */
export const readSecret =
  (home: string) =>
  async (reference: string): Promise<string | null> => {
    if (!/^[a-z0-9][a-z0-9-]{0,79}$/.test(reference)) return null
    const file = join(home, 'keys', reference)
    try {
      const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
      if ((mode & 0o077) === 0) return text
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    throw new GatehouseError('misconfigured', 'A transport’s secret can be read by others.', {
      where: file,
      todo: 'Let only its owner read it (chmod 600).',
    })
  }
