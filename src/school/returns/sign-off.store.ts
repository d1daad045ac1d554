import { hash } from 'node:crypto'
import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { buildOfFile, type StoredBuild } from './builds.store.ts'

/** What the head says by signing off; kept with the name and the hash. */
export const signOffStatement =
  'I have seen the summary of this return and the findings that stand. It is the school’s return, to the best of my knowledge.'

/**
 * Records that the head has approved one file, by the hash of its bytes. Signing off again changes nothing.
 * @throws GatehouseError `not-allowed` for anybody but the head; `not-found` for a file that was not built here; `conflict`
 *   when a newer build of the term has taken its place.
 */
export async function signOff(school: SchoolStore, bytes: Uint8Array, at: Date): Promise<StoredBuild> {
  if (school.actor.role !== 'head')
    throw new GatehouseError('not-allowed', 'Only the head signs a return off.', {
      todo: 'The head does it with --as and their own account.',
    })
  return school.write(async (tx) => {
    const build = await buildOfFile(tx, hash('sha256', bytes))
    if (!build) throw notBuiltHere()
    if (!build.isNewest) throw newerStands()
    if (build.signedOff) return build
    const signed = { signed_off_at: at, signed_off_by: school.actor.name, statement: signOffStatement }
    await tx.updateTable('return_build').set(signed).where('id', '=', build.id).execute()
    return { ...build, signedOff: { at, by: school.actor.name, statement: signOffStatement } }
  })
}

export const notBuiltHere = (): GatehouseError =>
  new GatehouseError('not-found', 'This file was not built here, or was changed since.', {
    todo: 'Build it with `gatehouse census build`. A file of another program leaves by that program.',
  })

export const newerStands = (): GatehouseError =>
  new GatehouseError('conflict', 'A newer build of the term has taken the place of this file.', {
    todo: 'Sign off and submit the newest build.',
  })
