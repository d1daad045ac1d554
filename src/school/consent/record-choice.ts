import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { admitChoice } from './admit-choice.ts'
import { appendChoice, choicesOf, relationsOf } from './choice.store.ts'
import type { ChoiceFault, NewChoice } from './choice.ts'
import { releasesUnder, type Holder, type Reached } from './consent-effect.store.ts'
import { closeConsentTask, openConsentTask } from './consent-task.store.ts'
import { isEntitled, type Relations } from './entitlement.ts'
import { purposesWith, type ConsentPolicy, type Purpose } from './purpose.ts'
import { purposeStanding, type ChoiceMade, type PurposeStanding } from './standing-choice.ts'
import { isEnd, isObjection, type GiverState } from './transition.ts'

export interface ChoiceRecorded {
  readonly id: string
  readonly sequence: number
  /** What the purpose is called. */
  readonly label: string
  /** Where the pupil stands for this purpose now. */
  readonly standing: PurposeStanding
  /** Agreements that wait for this purpose; none: nothing ever left under it through Gatehouse. */
  readonly agreements: readonly string[]
  /** After a no: what was stopped, and who holds data under it. Empty after a yes. */
  readonly holders: readonly Holder[]
}

/**
 * Stops one delivery that has not left, in the transaction that records the choice; false when it had left. Whoever records
 * choices hands it in, for deliveries are made further on than here.
 */
export type StopDelivery = (tx: Tx, releaseId: string) => Promise<boolean>

/** House default: a demand for deletion goes out within a week of a change of mind. */
const recallDays = 7

/** Records one choice under the policy in force. @see recordChoiceUnder */
export const recordChoice = (
  school: SchoolStore,
  choice: NewChoice,
  stop: StopDelivery,
  at: Date,
): Promise<Result<ChoiceRecorded, ChoiceFault>> => recordChoiceUnder(school, currentPolicy, choice, stop, at)

/**
 * Records one choice. A refusal to record is a value and leaves nothing behind. With a no, every file that holds data of the
 * pupil under it and has not left is stopped in the same transaction, and a task lists the recipients that hold data already;
 * people who disagree open a task, and agreement closes it.
 * @param policyOf reads the policy in force inside the same transaction.
 */
export function recordChoiceUnder(
  school: SchoolStore,
  policyOf: (tx: Tx) => Promise<ConsentPolicy>,
  choice: NewChoice,
  stop: StopDelivery,
  at: Date,
): Promise<Result<ChoiceRecorded, ChoiceFault>> {
  return school.write(async (tx) => {
    const relations = await relationsOf(tx, choice.pupilId, at)
    if (!relations) {
      return fail({
        code: 'unknown-pupil',
        text: 'No such pupil.',
        todo: 'Look the pupil up in the register.',
      })
    }
    const policy = await policyOf(tx)
    const before = await choicesOf(tx, choice.pupilId, choice.purpose)
    const purpose = purposesWith(policy, before).get(choice.purpose)
    if (!purpose) {
      return fail({
        code: 'unknown-purpose',
        text: 'The policy has no words for this purpose, and no choice for it is on record.',
        todo: 'See the purposes under “consent”.',
      })
    }
    const choices = before.filter((made) => made.kind === purpose.kind)
    const admitted = admitChoice(choice, { purpose, wordings: policy.wordings, relations, choices }, at)
    if (!admitted.ok) return admitted
    const { states, wording } = admitted.value
    const place = await appendChoice(tx, school, choice, purpose.kind, states, wording, at)
    const standing = standingNow(await choicesOf(tx, choice.pupilId, purpose.id), purpose, relations, at)
    await followDisagreement(tx, school, choice, standing, at)
    const isNo = isObjection(choice.state) || isEnd(choice.state)
    const holders = isNo ? await stopAll(tx, await releasesUnder(tx, choice.pupilId, purpose), stop) : []
    const ended = stands(purpose, standingNow(before, purpose, relations, at)) && !stands(purpose, standing)
    await demandRecall(tx, school, choice, { purpose, holders, ended }, at)
    const agreements = [...new Set(purpose.reach.map(({ agreement }) => agreement))]
    return ok({ ...place, label: purpose.label, standing, agreements, holders })
  })
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

/** Where a pupil stands for a purpose, from its recorded choices and the register. */
export function standingNow(
  choices: readonly ChoiceMade[],
  purpose: Purpose,
  relations: Relations,
  at: Date,
): PurposeStanding {
  const entitled = (giver: string, state: GiverState): boolean =>
    isEntitled(
      relations,
      giver === 'pupil' ? { kind: 'pupil' } : { kind: 'contact', contactId: giver },
      purpose.kind,
      state === 'none' ? 'requested' : state,
      at,
    )
  const asksForWords = purpose.kind !== 'opt-out'
  const wordingSha256 = asksForWords ? (purpose.wording?.sha256 ?? null) : null
  return purposeStanding(choices, entitled, { kind: purpose.kind, wordingSha256 }, at)
}

async function followDisagreement(
  tx: Tx,
  school: SchoolStore,
  choice: NewChoice,
  standing: PurposeStanding,
  at: Date,
): Promise<void> {
  const key = `consent-disagreement:${choice.pupilId}:${choice.purpose}`
  if (standing !== 'disagreement') {
    await closeConsentTask(tx, school, key, 'the people entitled to choose no longer disagree', at)
    return
  }
  const detail = { pupilId: choice.pupilId, purpose: choice.purpose }
  const title = 'People entitled to choose for a pupil disagree; nothing is shared meanwhile'
  await openConsentTask(tx, school, { kind: 'consent-disagreement', title, detail, key, dueAt: null }, at)
}

/**
 * The task that follows a no: whom to ask for deletion; of what an opt-out must be told; or, where a yes ended that no
 * agreement uses, that the school itself must undo what it did under it. None where nothing is to be done.
 */
async function demandRecall(
  tx: Tx,
  school: SchoolStore,
  choice: NewChoice,
  effect: { readonly purpose: Purpose; readonly holders: readonly Holder[]; readonly ended: boolean },
  at: Date,
): Promise<void> {
  const { purpose, ended } = effect
  const held = effect.holders.filter((holder) => holder.where === 'held')
  const kind = purpose.kind === 'opt-out' ? 'told' : purpose.reach.length === 0 ? 'undone' : 'deleted'
  if (held.length === 0 && (kind === 'deleted' || !ended)) return
  const detail = {
    pupilId: choice.pupilId,
    purpose: choice.purpose,
    state: choice.state,
    recipients: [...new Set(held.map((holder) => holder.recipientId))],
    ledgerIndexes: held.map((holder) => holder.ledgerIndex),
  }
  const dueAt = kind === 'told' ? at : new Date(at.getTime() + recallDays * 86_400_000)
  const key = `recall-due:${choice.pupilId}:${choice.purpose}`
  await openConsentTask(tx, school, { kind: 'recall-due', title: titles[kind], detail, key, dueAt }, at)
}

const titles = {
  deleted: 'A consent ended: recipients that hold data under it must delete it',
  told: 'Somebody opted out: whoever does what they opted out of must be told at once',
  undone:
    'A consent ended that no agreement uses: no recipient holds data under it through Gatehouse. Undo by hand what the school did under it',
} as const
