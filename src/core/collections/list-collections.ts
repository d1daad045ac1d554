import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Every collection of a policy folder and year in which it is defined, by name, the newest year first. */
export async function listCollections(
  policy: string,
): Promise<readonly { readonly collection: string; readonly year: number }[]> {
  const root = join(policy, 'collections')
  const found: { collection: string; year: number }[] = []
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    for (const name of await readdir(join(root, entry.name)))
      if (/^2\d{3}$/.test(name)) found.push({ collection: entry.name, year: Number(name) })
  }
  return found.sort((a, b) =>
    a.collection < b.collection ? -1 : a.collection > b.collection ? 1 : b.year - a.year,
  )
}
