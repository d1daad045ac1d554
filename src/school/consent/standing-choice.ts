import type { ChoiceKind, ConsentState } from '../../core/vocabulary/index.ts'
import { isEnd, isGrant, isObjection, type GiverState } from './transition.ts'

/** What the rule needs of a recorded choice. */
export interface ChoiceMade {
  readonly sequence: number
  /** A choice counts for a rule of its own kind only: consent, permission and biometric consent are never merged. */
  readonly kind: ChoiceKind
  readonly state: ConsentState
  readonly giver: 'contact' | 'pupil' | 'school'
  readonly giverContactId: string | null
  readonly wordingSha256: string
  readonly recordedAt: Date
  readonly expiresAt: Date | null
}

/** A giver as a key: the contact's id, or `pupil`. */
export type GiverKey = string

export const giverKey = (choice: Pick<ChoiceMade, 'giver' | 'giverContactId'>): GiverKey =>
  choice.giverContactId ?? choice.giver

const unanswered = (state: ConsentState): boolean => state === 'requested' || state === 'deferred'

/**
 * Where one giver stands at the instant, from the choices of one pupil and purpose. With `answers`, questions are passed
 * over: asking again someone who refused does not lift the refusal. An end by the school touches grants only, never a no.
 */
export function giverState(
  choices: readonly ChoiceMade[],
  giver: GiverKey,
  at: Date,
  answers: 'all' | 'answers' = 'all',
): { readonly state: GiverState; readonly wordingSha256: string } {
  let state: GiverState = 'none'
  let wordingSha256 = ''
  let expiresAt: Date | null = null
  for (const choice of choices.filter((c) => c.recordedAt <= at).sort((a, b) => a.sequence - b.sequence)) {
    if (choice.giver === 'school') {
      if (isGrant(state) || isEnd(state)) state = choice.state
    } else if (giverKey(choice) === giver && !(answers === 'answers' && unanswered(choice.state))) {
      ;({ state, wordingSha256, expiresAt } = choice)
    }
  }
  if (isGrant(state) && expiresAt !== null && expiresAt <= at) state = 'expired'
  return { state, wordingSha256 }
}

/** Where a pupil stands for a purpose, from everybody entitled to choose. */
export type PurposeStanding =
  | 'given'
  | 'disagreement'
  | 'refused'
  | 'withdrawn'
  | 'other-wording'
  | 'revoked'
  | 'expired'
  | 'invalidated'
  | 'requested'
  | 'deferred'
  | 'unknown'

/**
 * One grant and no objection is a yes. A grant and an objection are a disagreement where consent is asked, and a no where
 * the law lets any objection win (biometrics, opting out). Grants that no longer count rank after both.
 * @param wordingSha256 the words in use; null where the rule has none (opt-out).
 */
export function purposeStanding(
  all: readonly ChoiceMade[],
  entitled: (giver: GiverKey, state: GiverState) => boolean,
  rule: { readonly kind: ChoiceKind; readonly wordingSha256: string | null },
  at: Date,
): PurposeStanding {
  const choices = all.filter((choice) => choice.kind === rule.kind)
  const givers = [...new Set(choices.filter((c) => c.giver !== 'school').map(giverKey))]
  const answers = givers
    .map((giver) => ({ giver, ...giverState(choices, giver, at, 'answers') }))
    .filter((answer) => entitled(answer.giver, answer.state))
  const grants = answers.filter((a) => isGrant(a.state))
  const counting = grants.filter((a) => rule.wordingSha256 === null || a.wordingSha256 === rule.wordingSha256)
  const objections = answers.map((a) => a.state).filter(isObjection)
  if (objections.length > 0) {
    if (counting.length > 0 && (rule.kind === 'consent' || rule.kind === 'permission')) return 'disagreement'
    return objections.includes('refused') ? 'refused' : 'withdrawn'
  }
  if (counting.length > 0) return 'given'
  if (grants.length > 0) return 'other-wording'
  for (const end of ['invalidated', 'revoked', 'expired'] as const) {
    if (answers.some((a) => a.state === end)) return end
  }
  const asked = givers.map((giver) => ({ giver, ...giverState(choices, giver, at) }))
  for (const question of ['requested', 'deferred'] as const) {
    if (asked.some((a) => a.state === question && entitled(a.giver, a.state))) return question
  }
  return 'unknown'
}
