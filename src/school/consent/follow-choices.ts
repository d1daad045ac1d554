import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { choicesOf, relationsOf } from './choice.store.ts'
import { changesSince } from './choices-added.store.ts'
import { followChange, type StopDelivery } from './follow-change.ts'
import { purposesWith, type ConsentPolicy } from './purpose.ts'

/** What many choices at once set off. */
export interface ChoicesFollowed {
  /** Files that were stopped before they left. */
  readonly stopped: number
  /** Pupils and purposes for which a task now says whom to ask or tell. */
  readonly recalls: number
}

/**
 * Does for choices that came in by a file what `recordChoice` does for one, in the transaction that added them. Whether each
 * might be made is not asked again: a choice of somebody who may not make it changes no standing, and so sets off nothing.
 * @param after the last place in the sequence before they were added: theirs are higher.
 */
export const followChoices = (
  tx: Tx,
  school: SchoolStore,
  after: number,
  stop: StopDelivery,
  at: Date,
): Promise<ChoicesFollowed> => followChoicesUnder(tx, school, currentPolicy, after, stop, at)

/** @see followChoices */
export async function followChoicesUnder(
  tx: Tx,
  school: SchoolStore,
  policyOf: (tx: Tx) => Promise<ConsentPolicy>,
  after: number,
  stop: StopDelivery,
  at: Date,
): Promise<ChoicesFollowed> {
  const policy = await policyOf(tx)
  const stopped = new Set<string>()
  let recalls = 0
  for (const { pupilId, purpose: id } of await changesSince(tx, after)) {
    const relations = await relationsOf(tx, pupilId, at)
    const choices = await choicesOf(tx, pupilId, id)
    const purpose = purposesWith(policy, choices).get(id)
    if (!relations || !purpose) continue
    const before = choices.filter(({ sequence }) => sequence <= after)
    const change = { pupilId, purpose, relations, before, after: choices }
    const { holders, recall } = await followChange(tx, school, change, stop, at)
    for (const { where, releaseId } of holders) if (where === 'stopped') stopped.add(releaseId)
    if (recall) recalls++
  }
  return { stopped: stopped.size, recalls }
}
