import type { Tx } from '../../core/store/index.ts'
import type { AgreementVersion } from '../../core/vocabulary/index.ts'
import { notInNotice } from '../notice/index.ts'
import type { Hold } from './hold.ts'

/** Whether the notice in force at an instant names this version of an agreement. */
export type IsInNotice = (tx: Tx, version: AgreementVersion, at: Date) => Promise<boolean>

/** A file leaves only under a version that parents can read of: holds it until the notice is published, or gives null. */
export async function unlessInNotice(
  tx: Tx,
  release: {
    readonly isInNotice: IsInNotice
    readonly feed: { readonly version: AgreementVersion }
    readonly at: Date
  },
): Promise<Hold | null> {
  const named = await release.isInNotice(tx, release.feed.version, release.at)
  return named ? null : { reason: notInNotice, pupilIds: [] }
}
