import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { currentPolicy } from '../agreements/index.ts'
import { admitChoice } from './admit-choice.ts'
import { appendChoice, choicesOf, relationsOf } from './choice.store.ts'
import type { ChoiceFault, NewChoice } from './choice.ts'
import type { Holder } from './consent-effect.store.ts'
import { followChange, type StopDelivery } from './follow-change.ts'
import { purposesWith, type ConsentPolicy } from './purpose.ts'
import type { PurposeStanding } from './standing-choice.ts'

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
    const after = await choicesOf(tx, choice.pupilId, purpose.id)
    const change = { pupilId: choice.pupilId, purpose, relations, before, after }
    const { standing, holders } = await followChange(tx, school, change, stop, at)
    const agreements = [...new Set(purpose.reach.map(({ agreement }) => agreement))]
    return ok({ ...place, label: purpose.label, standing, agreements, holders })
  })
}
