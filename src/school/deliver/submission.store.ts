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

/** Notes that go with a return and are not at the collector yet. */
export interface NotesToSend {
  readonly body: Uint8Array
  readonly sha256: string
}

export async function notesToSubmit(school: SchoolStore, releaseId: string): Promise<NotesToSend | null> {
  const row = await school.read((tx) =>
    tx
      .selectFrom('return_submission')
      .select(['notes_body', 'notes_sha256'])
      .where('release_id', '=', releaseId)
      .where('notes_taken', 'is', null)
      .executeTakeFirst(),
  )
  return row?.notes_body && row.notes_sha256 !== null
    ? { body: row.notes_body, sha256: row.notes_sha256 }
    : null
}

/** What the collector made of the notes. Their encrypted form is shredded: there is nothing more to send. */
export interface NotesTaken {
  readonly taken: number
  readonly refused: readonly { readonly rule: string; readonly detail: string }[]
  /** The collector has no place for notes: somebody has to write them there by hand. */
  readonly byHand: boolean
}

export const keepNotesTaken = (school: SchoolStore, releaseId: string, taken: NotesTaken): Promise<unknown> =>
  school.write((tx) =>
    tx
      .updateTable('return_submission')
      .set({ notes_taken: JSON.stringify(taken), notes_body: null })
      .where('release_id', '=', releaseId)
      .execute(),
  )
