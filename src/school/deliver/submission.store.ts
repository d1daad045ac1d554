import type { SchoolStore } from '../../core/store/index.ts'

/** Where a released return goes, and what it is a return of. */
export interface ReturnToSubmit {
  readonly collection: string
  readonly year: number
  readonly term: string
  /** The collector's origin. */
  readonly collector: string
  /** Why it takes the place of one that stands; null when none does. */
  readonly replaces: string | null
}

export const returnToSubmit = (school: SchoolStore, releaseId: string): Promise<ReturnToSubmit | undefined> =>
  school.read((tx) =>
    tx
      .selectFrom('return_submission as s')
      .innerJoin('return_build as b', (join) =>
        join.onRef('b.school_urn', '=', 's.school_urn').onRef('b.id', '=', 's.build_id'),
      )
      .select(['b.collection', 'b.year', 'b.term', 's.collector', 's.replaces'])
      .where('s.release_id', '=', releaseId)
      .executeTakeFirst(),
  )

/** Keeps what the collector answered: its signed receipt, and what it calls the return. */
export const keepReceipt = (
  school: SchoolStore,
  releaseId: string,
  answer: { readonly returnId: string; readonly state: string; readonly receipt: string },
): Promise<unknown> =>
  school.write((tx) =>
    tx
      .updateTable('return_submission')
      .set({ return_id: answer.returnId, state: answer.state, receipt: answer.receipt })
      .where('release_id', '=', releaseId)
      .execute(),
  )
