import { hash } from 'node:crypto'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { SealedNotes } from './seal-notes.store.ts'

/** Notes in the transaction of a release which build it is and where it goes. */
export const recordSubmission = (
  tx: Tx,
  school: SchoolStore,
  submission: {
    readonly releaseId: string
    readonly buildId: string
    readonly collector: string
    readonly replaces: string | null
    readonly notes: SealedNotes
  },
): Promise<unknown> =>
  tx
    .insertInto('return_submission')
    .values({
      school_urn: school.urn,
      release_id: submission.releaseId,
      build_id: submission.buildId,
      collector: submission.collector,
      replaces: submission.replaces,
      notes: JSON.stringify(submission.notes.notes),
      notes_body: submission.notes.body === null ? null : Buffer.from(submission.notes.body),
      notes_sha256: submission.notes.body === null ? null : hash('sha256', submission.notes.body),
    })
    .execute()

/** Where a return goes and what it replaces may be said anew until a collector has taken it. */
export const changeReason = (
  school: SchoolStore,
  releaseId: string,
  { collector, replaces }: { readonly collector: string; readonly replaces: string | null },
): Promise<unknown> =>
  school.write((tx) =>
    tx
      .updateTable('return_submission')
      .set({ collector, ...(replaces === null ? {} : { replaces }) })
      .where('release_id', '=', releaseId)
      .where('receipt', 'is', null)
      .execute(),
  )

export interface SubmittedReturn {
  readonly releaseId: string
  readonly fileName: string
  readonly sha256: string
  readonly submittedAt: Date
  readonly delivery: string
  readonly why: string
  readonly collector: string
  /** What the collector calls it, where it stood there when it arrived, and its signed receipt. */
  readonly returnId: string | null
  readonly state: string | null
  readonly receipt: string | null
}

export async function submissionOf(tx: Tx, releaseId: string): Promise<SubmittedReturn | null> {
  const row = await tx
    .selectFrom('return_submission as s')
    .innerJoin('release as r', (join) =>
      join.onRef('r.school_urn', '=', 's.school_urn').onRef('r.id', '=', 's.release_id'),
    )
    .innerJoin('delivery as d', (join) =>
      join.onRef('d.school_urn', '=', 's.school_urn').onRef('d.release_id', '=', 's.release_id'),
    )
    .select([
      'r.file_name',
      'r.payload_sha256',
      'r.decided_at',
      'd.state as delivery',
      'd.last_error',
      's.collector',
      's.return_id',
      's.state',
      's.receipt',
    ])
    .where('s.release_id', '=', releaseId)
    .executeTakeFirst()
  if (!row) return null
  return {
    releaseId,
    fileName: row.file_name,
    sha256: row.payload_sha256,
    submittedAt: row.decided_at,
    delivery: row.delivery,
    why: row.last_error,
    collector: row.collector,
    returnId: row.return_id,
    state: row.state,
    receipt: row.receipt,
  }
}
