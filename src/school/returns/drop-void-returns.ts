import type { SchoolStore } from '../../core/store/index.ts'
import { voidBuilds } from './builds.store.ts'
import { dropReturnFile } from './kept-file.ts'

/**
 * Shreds the kept file of every build from which a pupil's place was taken. To be called at once when an identity was severed or
 * a pupil erased; building does it as well, should a process have ended between the two.
 */
export async function dropVoidReturns({
  school,
  home,
}: {
  readonly school: SchoolStore
  readonly home: string
}): Promise<void> {
  for (const sha256 of await school.read(voidBuilds)) await dropReturnFile(home, sha256)
}
