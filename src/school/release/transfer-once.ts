import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { AgreementVersion } from '../../core/vocabulary/index.ts'
import type { FeedCase } from './decide-feed.ts'
import { bundlesOf } from './destination.ts'
import type { ReleaseRequest } from './outcome.ts'
import type { DecidedPupil, PermittedRow } from './permit-rows.ts'
import { openTask } from '../tasks/index.ts'
import { transferredBefore } from './transferred.store.ts'

/** What follows the key of a request whose first file was stopped before it left: see `keyInForce`. */
const afterStopped = /\/after-\d+$/

/** Why somebody asks for a transfer file that was made before. A code: free words would be about a pupil. */
export const againReasons = {
  'not-received': 'the other school has not received it',
  corrected: 'the record has been corrected since',
  'asked-for': 'the other school asked for it again',
} as const
export type AgainReason = keyof typeof againReasons

/** What a request is about, once those whose transfer file was made are left out; `again` names those made all the same. */
export interface ToTransfer {
  readonly everybody: readonly DecidedPupil[]
  readonly rows: readonly PermittedRow[]
  /** Pupils left out because their file to that destination was made before. */
  readonly leftOut: number
  /** Pupils whose file was made before and is made again, for the reason given. */
  readonly again: ReadonlySet<string>
}

/**
 * A transfer file is made once for a pupil and a destination: two would be two records of one pupil at the next school. It is
 * made again when the pupil comes back and leaves anew, goes elsewhere, the file was stopped, or somebody says why.
 */
export async function onlyOnce(
  tx: Tx,
  { version, carried }: FeedCase,
  { agreementId, requestKey, again }: ReleaseRequest,
  everybody: readonly DecidedPupil[],
  rows: readonly PermittedRow[],
): Promise<ToTransfer> {
  const nobody: ReadonlySet<string> = new Set()
  if (version.agreement.format.kind !== 'ctf') return { everybody, rows, leftOut: 0, again: nobody }
  const before = await transferredBefore(tx, agreementId, requestKey)
  const made = new Set(
    bundlesOf(rows, carried).flatMap(({ key, pupilIds }) =>
      [...pupilIds].filter((id) =>
        before.get(id)?.some((each) => each.replace(afterStopped, '').endsWith(`/${key}`)),
      ),
    ),
  )
  if (again) return { everybody, rows, leftOut: 0, again: made }
  return {
    everybody: everybody.filter(({ row }) => !made.has(row.pupilId)),
    rows: rows.filter(({ pupilId }) => !made.has(pupilId)),
    leftOut: made.size,
    again: nobody,
  }
}

/** Tells the data protection officer that a pupil's record left a second time, and why. */
export const openAgainTask = (
  tx: Tx,
  school: SchoolStore,
  { agreement }: AgreementVersion,
  releaseId: string,
  reason: AgainReason,
  pupilIds: readonly string[],
  at: Date,
): Promise<unknown> =>
  openTask(
    tx,
    school,
    {
      kind: 'transfer-again',
      forRole: 'dpo',
      title: `A transfer file was made again: ${againReasons[reason]}`,
      detail: { agreementId: agreement.id, releaseId, reason, pupilIds },
      key: `transfer-again:${releaseId}`,
    },
    at,
  )
