import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Explanation } from './explanation.ts'
import { newestBuild } from './builds.store.ts'

export interface ReturnOf {
  readonly collection: string
  readonly year: number
  readonly term: string
}

export async function explanationsOf(tx: Tx, of: ReturnOf): Promise<readonly Explanation[]> {
  const rows = await tx
    .selectFrom('return_explanation')
    .selectAll()
    .where('collection', '=', of.collection)
    .where('year', '=', of.year)
    .where('term', '=', of.term)
    .orderBy('rule')
    .orderBy('written_at')
    .execute()
  return rows.map((row) => ({
    rule: row.rule,
    pupilId: row.pupil_id,
    text: row.body,
    writtenAt: row.written_at,
    writtenBy: row.written_by,
  }))
}

/** What the head signs off is the file and the notes that go with it. */
async function sureNotSigned(tx: Tx, of: ReturnOf): Promise<void> {
  const build = await newestBuild(tx, of)
  if (build?.signedOff)
    throw new GatehouseError('conflict', 'The head has signed the return off with its notes as they were.', {
      todo: 'Build the return again; then the notes can be changed, and the head signs it off anew.',
    })
}

/**
 * Keeps an explanation of what a rule found: of these pupils, or of all (null). It takes the place of one that stood for the same.
 * @throws GatehouseError `conflict` once the head has signed the return off.
 */
export const explain = (
  school: SchoolStore,
  of: ReturnOf,
  { rule, pupilIds, text }: { rule: string; pupilIds: readonly string[] | null; text: string },
  at: Date,
): Promise<void> =>
  school.write(async (tx) => {
    await sureNotSigned(tx, of)
    const said = { body: text, written_at: at, written_by: school.actor.name }
    for (const pupil_id of pupilIds ?? [null])
      await tx
        .insertInto('return_explanation')
        .values({
          school_urn: school.urn,
          collection: of.collection,
          year: of.year,
          term: of.term,
          rule,
          pupil_id,
          ...said,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['school_urn', 'collection', 'year', 'term', 'rule', 'pupil_id'])
            .doUpdateSet(said),
        )
        .execute()
  })

/** @throws GatehouseError `conflict` once the head has signed the return off. */
export const takeBackExplanations = (school: SchoolStore, of: ReturnOf, rule: string): Promise<void> =>
  school.write(async (tx) => {
    await sureNotSigned(tx, of)
    await tx
      .deleteFrom('return_explanation')
      .where('collection', '=', of.collection)
      .where('year', '=', of.year)
      .where('term', '=', of.term)
      .where('rule', '=', rule)
      .execute()
  })
