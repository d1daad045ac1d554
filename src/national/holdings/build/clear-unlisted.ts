import { readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { HoldingsHome } from '../holdings-home.ts'
import type { Edition } from '../keep/editions.ts'
import { partFolder, partitionName } from '../keep/places.ts'

/** Removes what a killed build left: drafts, and versions, keys and identities that no edition names. Asked while building. */
export async function clearUnlisted(home: HoldingsHome, editions: readonly Edition[]): Promise<void> {
  const listed = editions.flatMap(({ partitions }) => partitions)
  const folders = new Set(listed.map((id) => partFolder('', id)))
  const names = new Set(listed.map(partitionName))
  for (const root of [home.folder, home.identitiesFolder]) {
    await rm(join(root, '.drafts'), { recursive: true, force: true })
    const parts = join(root, 'parts')
    for (const found of await readdir(parts, { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (!found.isDirectory() || !found.name.startsWith('version=')) continue
      const path = join(found.parentPath, found.name)
      if (!folders.has(relative(root, path))) await rm(path, { recursive: true, force: true })
    }
    for (const name of await readdir(join(root, 'keys')).catch(() => []))
      if (!names.has(name.replace(/\.(identities|sensitive)(\..*)?$/, '')))
        await rm(join(root, 'keys', name), { force: true })
  }
}
