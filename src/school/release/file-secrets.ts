import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createOrLoadSecret, wrongSecret, type SecretFile } from '../../core/store/index.ts'
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
      const of: SecretFile = {
        file: join(folder, recipientId),
        cannot: 'A recipient’s pseudonym key can’t be used.',
        todo: 'Put the key back from the backup; only its owner may read it (mode 600).',
      }
      const key = await createOrLoadSecret(of, () => randomBytes(keyBytes))
      if (key.length !== keyBytes) throw wrongSecret(of, 'It is not 32 bytes long.')
      return key
    },
  }
}
