import type { TermDefinition } from '../../core/collections/index.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import type { Reason } from '../../core/vocabulary/index.ts'
import { buildReturn, type BuiltReturn } from './build-return.ts'
import { otherBuilds, recordBuild, returnBefore, type ReturnBefore } from './builds.store.ts'
import { checkBuilt, type CheckedBuild } from './check-built.ts'
import { dropVoidReturns } from './drop-void-returns.ts'
import { dropReturnFile, keepReturnFile } from './kept-file.ts'

export interface MadeReturn {
  readonly kind: 'made'
  readonly buildId: string
  readonly built: BuiltReturn
  readonly checked: CheckedBuild
  /** The return of the last census, where there was one. */
  readonly before: ReturnBefore | null
}

export type MakeOutcome = MadeReturn | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }

/**
 * Builds the return of a term, checks it, remembers both, and keeps the file below the home until it is sent or a newer one
 * takes its place. Nothing leaves.
 * @throws GatehouseError as `buildReturn` does.
 */
export async function makeReturn(
  { school, home }: { readonly school: SchoolStore; readonly home: string },
  definition: TermDefinition,
  at: Date,
): Promise<MakeOutcome> {
  const { built, before } = await school.read(async (tx) => ({
    built: await buildReturn(tx, definition, at),
    before: await returnBefore(tx, definition.id, definition.term.census),
  }))
  if (built.kind === 'refused') return built
  const checked = await checkBuilt(built, before?.measures ?? null)
  await keepReturnFile(home, built.bytes)
  const { buildId, older } = await school.write(async (tx) => {
    const id = await recordBuild(tx, school, built, checked, at)
    return { buildId: id, older: await otherBuilds(tx, id) }
  })
  for (const sha256 of older) await dropReturnFile(home, sha256)
  await dropVoidReturns({ school, home })
  return { kind: 'made', buildId, built, checked, before }
}
