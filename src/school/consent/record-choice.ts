import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { admitChoice } from './admit-choice.ts'
import { appendChoice, choicesOf, relationsOf } from './choice.store.ts'
import type { ChoiceFault, NewChoice } from './choice.ts'
import { holdersUnder, type Holder } from './consent-effect.store.ts'
import { closeConsentTask, openConsentTask } from './consent-task.store.ts'
import { isEntitled, type Relations } from './entitlement.ts'
import { purposesOf, type ConsentPolicy, type Purpose } from './purpose.ts'
import { purposeStanding, type ChoiceMade, type PurposeStanding } from './standing-choice.ts'
import { isEnd, isObjection, type GiverState } from './transition.ts'

export interface ChoiceRecorded {
  readonly id: string
  readonly sequence: number
  /** Where the pupil stands for this purpose now. */
  readonly standing: PurposeStanding
  /** Agreements that wait for this purpose. */
  readonly agreements: readonly string[]
  /** After a no: who holds data under it, and what has not left yet. Empty after a yes. */
  readonly holders: readonly Holder[]
}

/** House default: a demand for deletion goes out within a week of a change of mind. */
const recallDays = 7

/** Records one choice under the policy in force. @see recordChoiceUnder */
export const recordChoice = (
  school: SchoolStore,
  choice: NewChoice,
  at: Date,
): Promise<Result<ChoiceRecorded, ChoiceFault>> => recordChoiceUnder(school, currentPolicy, choice, at)

/**
 * Records one choice. A refusal to record is a value and leaves nothing behind. After a no that
 * ends a yes, a task lists the recipients that hold data; people who disagree open a task, and agreement closes it.
 * @param policyOf reads the policy in force inside the same transaction.
 */
export function recordChoiceUnder(
  school: SchoolStore,
  policyOf: (tx: Tx) => Promise<ConsentPolicy>,
  choice: NewChoice,
  at: Date,
): Promise<Result<ChoiceRecorded, ChoiceFault>> {
  return school.write(async (tx) => {
    const policy = await policyOf(tx)
    const purpose = purposesOf(policy).get(choice.purpose)
    if (!purpose) {
      return fail({
        code: 'unknown-purpose',
        text: 'No agreement asks for this choice.',
        todo: 'See the purposes under “consent”.',
      })
    }
    const relations = await relationsOf(tx, choice.pupilId, at)
    if (!relations) {
      return fail({
        code: 'unknown-pupil',
        text: 'No such pupil.',
        todo: 'Look the pupil up in the register.',
      })
    }
    const before = await choicesOf(tx, choice.pupilId, purpose.id)
    const admitted = admitChoice(
      choice,
      {
        purpose,
        wordings: policy.wordings,
        relations,
        choices: before.filter((c) => c.kind === purpose.kind),
      },
      at,
    )
    if (!admitted.ok) return admitted
    const { states, wording } = admitted.value
    const place = await appendChoice(tx, school, choice, purpose.kind, states, wording, at)
    const after = await choicesOf(tx, choice.pupilId, purpose.id)
    const standing = standingNow(after, purpose, relations, at)
    await followDisagreement(tx, school, choice, standing, at)
    const ends = isObjection(choice.state) || isEnd(choice.state)
    const holders = ends ? await holdersUnder(tx, choice.pupilId, purpose) : []
    await demandRecall(tx, school, choice, holders, at)
    return ok({ ...place, standing, agreements: purpose.reach.map((r) => r.agreement), holders })
  })
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

async function demandRecall(
  tx: Tx,
  school: SchoolStore,
  choice: NewChoice,
  holders: readonly Holder[],
  at: Date,
): Promise<void> {
  const held = holders.filter((holder) => holder.where === 'held')
  if (held.length === 0) return
  const detail = {
    pupilId: choice.pupilId,
    purpose: choice.purpose,
    state: choice.state,
    recipients: [...new Set(held.map((holder) => holder.recipientId))],
    ledgerIndexes: held.map((holder) => holder.ledgerIndex),
  }
  const dueAt = new Date(at.getTime() + recallDays * 86_400_000)
  const key = `recall-due:${choice.pupilId}:${choice.purpose}`
  const title = 'A consent ended: recipients that hold data under it must delete it'
  await openConsentTask(tx, school, { kind: 'recall-due', title, detail, key, dueAt }, at)
}
