import { fail, ok, type ConsentState, type Result, type Wording } from '../../core/vocabulary/index.ts'
import {
  isWritten,
  type ChoiceFault,
  type ChoiceFaultCode,
  type NewChoice,
  type RecordedChoice,
} from './choice.ts'
import { isEntitled, type Relations } from './entitlement.ts'
import type { Purpose } from './purpose.ts'
import { giverKey, giverState } from './standing-choice.ts'
import { isEnd, isGrant, isObjection, steps } from './transition.ts'

/** What is known when a choice comes in: read in the transaction that records it. */
export interface ChoiceContext {
  readonly purpose: Purpose
  readonly wordings: ReadonlyMap<string, Wording>
  readonly relations: Relations
  /** Every choice recorded for this pupil and purpose, oldest first. */
  readonly choices: readonly RecordedChoice[]
}

/** The words a choice is about, by their hash. */
export type Words = Pick<Wording, 'id' | 'sha256'>

const refuse = (code: ChoiceFaultCode, text: string, todo: string): Result<never, ChoiceFault> =>
  fail({ code, text, todo })

/**
 * Whether a choice may be recorded and, when it may, the states to append in order and the words they were made on. A
 * grant must be provable; a refusal or withdrawal needs no evidence, no reason and no particular form.
 */
export function admitChoice(
  choice: NewChoice,
  context: ChoiceContext,
  at: Date,
): Result<{ readonly states: readonly ConsentState[]; readonly wording: Words }, ChoiceFault> {
  const { purpose } = context
  const fault =
    entitlementFault(choice, context, at) ??
    orderFault(choice, context, at) ??
    proofFault(choice, purpose, at)
  if (fault) return fault
  const wording = wordsOf(choice, context)
  if (wording === null) {
    return refuse(
      'unknown-wording',
      'These words were never written for this purpose.',
      'Name a wording of policy/wordings.yaml that belongs to the purpose.',
    )
  }
  if (isGrant(choice.state) && purpose.wording && wording.sha256 !== purpose.wording.sha256) {
    return refuse(
      'other-wording',
      'This yes was given to other words than those in use, so it would not count.',
      `Ask again with the words in use (${purpose.wording.id}).`,
    )
  }
  const states = nextStates(choice, context, at)
  if (states === null) {
    const now = giverState(context.choices, keyOf(choice), at).state
    return refuse(
      'not-a-next-state',
      `From “${now}” this choice can’t become “${choice.state}”.`,
      isGrant(now) && choice.state === 'refused'
        ? 'It was given before: withdraw it.'
        : isGrant(now) && choice.state === 'given'
          ? 'It stands already; renew it when new words were shown.'
          : 'Look at the history of this purpose.',
    )
  }
  return ok({ states, wording })
}

/**
 * The words named, or those in use; for a no where the policy has none any more, the words that the giver (or, for the school,
 * whoever) answered last: taking back a yes must not hang on what the policy holds today.
 */
function wordsOf(choice: NewChoice, { purpose, wordings, choices }: ChoiceContext): Words | null {
  const words = choice.wordingId ? wordings.get(choice.wordingId) : purpose.wording
  if (words) return words.purpose === purpose.id ? words : null
  if (choice.wordingId !== undefined || !(isObjection(choice.state) || isEnd(choice.state))) return null
  const last = choices.findLast((made) => choice.giver.kind === 'school' || giverKey(made) === keyOf(choice))
  return last ? { id: last.wordingId, sha256: last.wordingSha256 } : null
}

const keyOf = (choice: NewChoice): string =>
  choice.giver.kind === 'contact' ? choice.giver.contactId : choice.giver.kind

function nextStates(choice: NewChoice, context: ChoiceContext, at: Date): readonly ConsentState[] | null {
  if (choice.giver.kind === 'school') return [choice.state]
  const { state } = giverState(context.choices, keyOf(choice), at)
  return steps(state, choice.state)
}

function entitlementFault(
  choice: NewChoice,
  context: ChoiceContext,
  at: Date,
): Result<never, ChoiceFault> | null {
  if (choice.giver.kind === 'school') {
    if (!isEntitled(context.relations, choice.giver, context.purpose.kind, choice.state, at)) {
      return refuse(
        'school-cannot-consent',
        'The school can end a consent, but never give, refuse or withdraw one for somebody.',
        'Record who chose: a contact with parental responsibility, or the pupil.',
      )
    }
    const givers = new Set(context.choices.map((c) => c.giverContactId ?? c.giver))
    const stands = [...givers].some((giver) =>
      isGrant(giverState(context.choices, giver, at, 'answers').state),
    )
    return stands || choice.state === 'invalidated'
      ? null
      : refuse('nothing-to-end', 'No consent stands for this purpose.', 'Nothing needs to be ended.')
  }
  if (choice.state === 'revoked' || choice.state === 'expired' || choice.state === 'invalidated') {
    return refuse(
      'not-entitled',
      'Only the school records that a consent was revoked, expired or was never valid.',
      'Record a withdrawal when the person changed their mind.',
    )
  }
  if (isEntitled(context.relations, choice.giver, context.purpose.kind, choice.state, at)) return null
  return refuse(
    'not-entitled',
    choice.giver.kind === 'pupil'
      ? 'The pupil can’t make this choice for itself.'
      : 'This contact holds no parental responsibility for the pupil now, or a court order binds it.',
    'Check parental responsibility and court orders in the register; ask somebody who holds it.',
  )
}

function orderFault(choice: NewChoice, context: ChoiceContext, at: Date): Result<never, ChoiceFault> | null {
  return context.choices.some((c) => c.recordedAt > at)
    ? refuse('out-of-order', 'A later choice is recorded already.', 'Record it with the present time.')
    : null
}

function proofFault(choice: NewChoice, purpose: Purpose, at: Date): Result<never, ChoiceFault> | null {
  if (choice.expiresAt && choice.expiresAt <= at && !isObjection(choice.state)) {
    return refuse('expiry-passed', 'This choice would end before it begins.', 'Give an expiry in the future.')
  }
  if (!isGrant(choice.state)) return null
  if ((purpose.kind === 'biometric' || purpose.kind === 'permission') && !isWritten(choice.method)) {
    return refuse('not-written', 'This purpose asks for a yes in writing.', 'Have the form signed.')
  }
  if (choice.method !== 'portal' && !choice.evidence?.trim()) {
    return refuse(
      'evidence-missing',
      'A yes without evidence counts as unknown.',
      'Say where the proof lies: the form’s reference, or who witnessed the words.',
    )
  }
  if (purpose.tiedTo && !choice.tiedTo?.trim()) {
    return refuse('code-missing', 'A permission names the code it permits.', 'Give the code of the form.')
  }
  if (purpose.kind === 'permission' && !choice.expiresAt) {
    return refuse('expiry-missing', 'A permission ends with its code.', 'Give the day the code ends.')
  }
  return null
}
