import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { ConsentState } from '../../core/vocabulary/index.ts'
import { closeTask, openTask } from '../tasks/index.ts'
import type { RecordedChoice } from './choice.ts'
import { releasesUnder, type Holder, type Reached } from './consent-effect.store.ts'
import type { Relations } from './entitlement.ts'
import type { Purpose } from './purpose.ts'
import type { PurposeStanding } from './standing-choice.ts'
import { standingNow } from './standing-now.ts'
import { isEnd, isObjection } from './transition.ts'

/**
 * Stops one delivery that has not left, in the transaction that records the choice; false when it had left. Whoever records
 * choices hands it in, for deliveries are made further on than here.
 */
export type StopDelivery = (tx: Tx, releaseId: string) => Promise<boolean>

/** What choices just recorded changed for one pupil and purpose. */
export interface Change {
  readonly pupilId: string
  readonly purpose: Purpose
  readonly relations: Relations
  /** Every choice on record, oldest first: before, and with those that were added. */
  readonly before: readonly RecordedChoice[]
  readonly after: readonly RecordedChoice[]
}

export interface ChangeFollowed {
  readonly standing: PurposeStanding
  /** Where it may not go on: what was stopped, and who holds data under it. */
  readonly holders: readonly Holder[]
  /** Whether a task now says what is to be done about it. */
  readonly recall: boolean
}

/** House default: a demand for deletion goes out within a week of a change of mind. */
const recallDays = 7

/**
 * Does what a changed standing asks for, in the transaction that recorded it. After a no, or whatever else ended a yes, every
 * file that holds the pupil's data under it and has not left is stopped, and a task lists who holds data already. People who
 * disagree open a task, and agreement closes it.
 */
export async function followChange(
  tx: Tx,
  school: SchoolStore,
  change: Change,
  stop: StopDelivery,
  at: Date,
): Promise<ChangeFollowed> {
  const { pupilId, purpose, relations, before, after } = change
  const standing = standingNow(after, purpose, relations, at)
  await followDisagreement(tx, school, change, standing, at)
  const states = after
    .slice(before.length)
    .filter(({ kind }) => kind === purpose.kind)
    .map(({ state }) => state)
  const no = states.findLast((state) => isObjection(state) || isEnd(state))
  const ended = stands(purpose, standingNow(before, purpose, relations, at)) && !stands(purpose, standing)
  const state = no ?? states.at(-1)
  if (stands(purpose, standing) || state === undefined || !(no || ended)) {
    return { standing, holders: [], recall: false }
  }
  const holders = await stopAll(tx, await releasesUnder(tx, pupilId, purpose), stop)
  const recall = await demandRecall(tx, school, { pupilId, purpose, state, holders, ended }, at)
  return { standing, holders, recall }
}

/** Whether what the purpose is about may go on: somebody said yes, or nobody opted out. */
const stands = ({ kind }: Purpose, standing: PurposeStanding): boolean =>
  kind === 'opt-out' ? standing !== 'refused' && standing !== 'withdrawn' : standing === 'given'

async function stopAll(tx: Tx, reached: readonly Reached[], stop: StopDelivery): Promise<readonly Holder[]> {
  const holders: Holder[] = []
  for (const { progress, ...release } of reached) {
    const stopped = progress !== 'gone' && (await stop(tx, release.releaseId))
    holders.push({ ...release, where: stopped && progress === 'waiting' ? 'stopped' : 'held' })
  }
  return holders
}

async function followDisagreement(
  tx: Tx,
  school: SchoolStore,
  { pupilId, purpose }: Change,
  standing: PurposeStanding,
  at: Date,
): Promise<void> {
  const key = `consent-disagreement:${pupilId}:${purpose.id}`
  if (standing !== 'disagreement') {
    await closeTask(tx, school, key, 'the people entitled to choose no longer disagree', at)
    return
  }
  const detail = { pupilId, purpose: purpose.id }
  const title = 'People entitled to choose for a pupil disagree; nothing is shared meanwhile'
  await openTask(tx, school, { kind: 'consent-disagreement', forRole: 'dpo', title, detail, key }, at)
}

/**
 * The task that follows a no: whom to ask for deletion; of what an opt-out must be told; or, where a yes ended that no
 * agreement uses, that the school itself must undo what it did under it. None where nothing is to be done.
 */
async function demandRecall(
  tx: Tx,
  school: SchoolStore,
  effect: {
    readonly pupilId: string
    readonly purpose: Purpose
    readonly state: ConsentState
    readonly holders: readonly Holder[]
    readonly ended: boolean
  },
  at: Date,
): Promise<boolean> {
  const { pupilId, purpose, state, ended } = effect
  const held = effect.holders.filter((holder) => holder.where === 'held')
  const kind: Ask = purpose.kind === 'opt-out' ? 'told' : purpose.reach.length === 0 ? 'undone' : 'deleted'
  if (held.length === 0 && (kind === 'deleted' || !ended)) return false
  const detail = {
    pupilId,
    purpose: purpose.id,
    ask: kind,
    state,
    recipients: [...new Set(held.map((holder) => holder.recipientId))],
    ledgerIndexes: held.map((holder) => holder.ledgerIndex),
  }
  const dueAt = kind === 'told' ? at : new Date(at.getTime() + recallDays * 86_400_000)
  const key = `recall-due:${pupilId}:${purpose.id}`
  const task = { kind: 'recall-due', forRole: 'dpo', title: titles[kind], detail, key, dueAt }
  await openTask(tx, school, task, at)
  return true
}

/** What a task after a no asks for: that recipients delete, that somebody is told, that the school undoes what it did. */
export type Ask = 'deleted' | 'told' | 'undone'

const titles: Readonly<Record<Ask, string>> = {
  deleted: 'A consent ended: recipients that hold data under it must delete it',
  told: 'Somebody opted out: whoever does what they opted out of must be told at once',
  undone:
    'A consent ended that no agreement uses: no recipient holds data under it through Gatehouse. Undo by hand what the school did under it',
}
