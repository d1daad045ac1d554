import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePolicy } from '../../core/policy/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { newestPolicy } from './newest-policy.store.ts'

/**
 * Writes the school's policy into a folder as the YAML it would be loaded from: of each document the newest version, also
 * where it waits for approval, so that loading the folder again changes nothing. Returns the files' names.
 * @throws GatehouseError `conflict` when the folder has an agreement or recipient that is not in the policy: nothing is
 * deleted here, and left in place it would come back.
 */
export async function exportPolicy(tx: Tx, folder: string): Promise<readonly string[]> {
  const files = writePolicy(await newestPolicy(tx))
  const strays: string[] = []
  for (const sub of ['recipients', 'agreements']) {
    await mkdir(join(folder, sub), { recursive: true })
    for (const name of await readdir(join(folder, sub))) {
      if (!files.has(`${sub}/${name}`)) strays.push(`${sub}/${name}`)
    }
  }
  if (strays.length > 0) {
    throw new GatehouseError('conflict', 'The folder holds files that are not in the policy.', {
      where: strays.join(', '),
      todo: 'Remove them, or export into an empty folder.',
    })
  }
  for (const [name, text] of files) {
    const path = join(folder, name)
    await writeFile(`${path}.part`, text)
    await rename(`${path}.part`, path)
  }
  return [...files.keys()]
}
