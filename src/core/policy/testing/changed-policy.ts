import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The project's own policy folder. */
export const policyFolder = join(import.meta.dirname, '../../../../policy')

/** A change to one file: text that occurs in it once, and what stands there instead; `null` for a whole new file's text. */
export interface Change {
  readonly file: string
  readonly from: string | null
  readonly to: string
}

/** Runs a test on a copy of the policy with changes; the copy is removed afterwards. */
export async function withChangedPolicy<T>(
  changes: readonly Change[],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-policy-'))
  try {
    await cp(policyFolder, folder, { recursive: true })
    for (const { file, from, to } of changes) {
      const path = join(folder, file)
      if (from === null) {
        await writeFile(path, to)
        continue
      }
      const before = await readFile(path, 'utf8')
      const times = before.split(from).length - 1
      if (times !== 1) throw new Error(`“${from}” occurs ${times} times in ${file}, not once`)
      await writeFile(path, before.replace(from, () => to))
    }
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
