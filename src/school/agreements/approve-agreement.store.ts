import { appendEntries } from '../../core/ledger/index.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError, type AgreementId } from '../../core/vocabulary/index.ts'
import { keptVersions } from './document.store.ts'
import { entryFor, supersede } from './load-policy.store.ts'

/**
 * Puts an agreement's version in force, by the person who acts: the data protection officer or the head, named. It takes
 * the place of the version before; the ledger gets an entry. An approved version never changes again.
 * @throws GatehouseError `not-allowed` for anybody else, `not-found`, or `conflict` when the version is approved already or
 * a newer one took its place: whoever approves must have seen what they approve.
 */
export async function approveAgreement(
  school: SchoolStore,
  id: AgreementId,
  version: number,
  at: Date,
): Promise<void> {
  const { actor } = school
  if ((actor.role !== 'dpo' && actor.role !== 'head') || actor.kind === 'job' || actor.name.trim() === '') {
    throw new GatehouseError(
      'not-allowed',
      'Only the data protection officer or the head approves an agreement.',
      {
        where: id,
        todo: 'Ask one of them to look at its impact and approve it.',
      },
    )
  }
  await school.write(async (tx) => {
    const versions = (await keptVersions(tx)).filter((each) => each.kind === 'agreement' && each.id === id)
    const proposed = versions.find((each) => each.version === version)
    if (!proposed) {
      throw new GatehouseError('not-found', 'There is no such version of the agreement.', {
        where: `${id}, version ${version}`,
      })
    }
    if (proposed.approvedAt ?? proposed.supersededAt) {
      throw new GatehouseError(
        'conflict',
        proposed.approvedAt
          ? 'This version was approved already.'
          : 'A newer version has taken this one’s place.',
        { where: `${id}, version ${version}`, todo: 'Look at the present version.' },
      )
    }
    await supersede(
      tx,
      versions.filter((each) => each.approvedAt && !each.supersededAt),
      at,
    )
    await tx
      .updateTable('policy_document')
      .set({ approved_at: at, approved_by: actor.name })
      .where('kind', '=', 'agreement')
      .where('id', '=', id)
      .where('version', '=', version)
      .execute()
    await appendEntries(tx, school.urn, [entryFor(school, proposed, version, 'approved', at)], at)
  })
}
