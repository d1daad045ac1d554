import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { dateInEngland, type Recipient } from '../../core/vocabulary/index.ts'
import { bodiesOf, type KeptVersion } from './document.store.ts'
import { noteStandingChange } from './standing-change.store.ts'
import { standingsOf, writeStanding } from './standing.store.ts'

/**
 * A recipient that the policy calls otherwise than before, or places in another country, has to be verified again: nobody
 * has yet looked whether it is the one that was verified.
 */
export async function unverifyIfRenamed(
  tx: Tx,
  school: SchoolStore,
  before: KeptVersion,
  now: Recipient,
  at: Date,
): Promise<void> {
  const old = (await bodiesOf(tx, [before]))({ ...before, kind: 'recipient' })
  if (old.name === now.name && old.country === now.country) return
  const standing = (await standingsOf(tx)).get(now.id)
  if (!standing?.identityVerifiedOn) return
  const on = dateInEngland(at)
  await writeStanding(tx, school.urn, now.id, {
    identity_changed_on: on,
    identity_verified_on: null,
    identity_verified_by: null,
  })
  await noteStandingChange(tx, school, now.id, 'identity-changed', { on, what: 'name' }, at)
}
