import type { Choice, ChoiceKind, ConsentRule, Value } from '../vocabulary/index.ts'
import { Unknown } from './unknown.ts'

export type AskingRule = Exclude<ConsentRule, { rule: 'none' }>

/** What stands in the way of a consent rule. None: the rule holds. */
export type ConsentProblem =
  | 'missing'
  | 'refused'
  | 'withdrawn'
  | 'expired'
  | 'ended-by-school'
  | 'other-wording'
  | 'not-written'
  | 'other-code'
  | 'disagreement'
  | 'opted-out'
  | 'child-refuses'
  | 'not-notified'
  | 'code-unknown'

/** A choice counts only for a rule of its own kind: three things are called consent and are never merged. */
export const kindOf: Readonly<Record<AskingRule['rule'], ChoiceKind>> = {
  'opt-in': 'consent',
  'opt-out': 'opt-out',
  biometric: 'biometric',
  permission: 'permission',
}

/**
 * What is wrong with a grant, from the furthest to the nearest to one that counts. When nobody's grant counts, the nearest
 * is what people are told.
 */
export const grantRanks = [
  'ended-by-school',
  'expired',
  'other-wording',
  'not-written',
  'other-code',
] as const

interface Asked {
  readonly rule: AskingRule
  readonly wordingSha256: string | null
  readonly at: Date
  readonly choices: readonly Choice[]
  readonly holders: readonly string[]
  /** The value a permission must name; undefined where the rule ties it to nothing. */
  readonly tiedValue: Value | undefined
}

/**
 * Whether people's choices meet a rule at an instant, and if not, why. For one giver the latest answer counts; being asked
 * (`requested`, `deferred`) is no answer and changes none. Only givers entitled now count, with one exception: a child of
 * any age may refuse biometrics (Protection of Freedoms Act 2012 s.26(5)).
 */
export function consentProblems(asked: Asked): readonly ConsentProblem[] {
  const { rule } = asked
  const said = saidOf(asked)
  const answers = latestAnswers(said)
  // A child's own written consent is no substitute for a parent's under s.26(3), so it may only refuse.
  const entitled = answers.filter(
    (answer) => answer.entitled && !(rule.rule === 'biometric' && answer.giver === 'pupil'),
  )
  const objections = entitled.filter((answer) => isObjection(answer))
  if (rule.rule === 'opt-out') return objections.length > 0 ? ['opted-out'] : []

  if (rule.rule === 'permission' && rule.tiedTo !== undefined && asked.tiedValue === null)
    return ['code-unknown']
  const problems: ConsentProblem[] = []
  if (rule.rule === 'biometric') {
    if (answers.some((answer) => answer.giver === 'pupil' && isObjection(answer)))
      problems.push('child-refuses')
    // s.26(1) and s.27: each parent is told. Any record with that parent's name, a request included, shows that it was done.
    const told = new Set(said.map((choice) => choice.giverId))
    if (asked.holders.some((holder) => !told.has(holder))) problems.push('not-notified')
  }
  const ended = endedBySchool(said)
  const flaws = entitled
    .filter((answer) => !isObjection(answer))
    .map((answer) => flawOf(answer, ended, asked))
  const answer = weigh(flaws, objections)
  return answer === null ? problems : [...problems, answer]
}

/** The contacts whose own latest answer counts as a grant: whose permission it is, where the rule holds. */
export function grantersOf(asked: Asked): ReadonlySet<string> {
  if (asked.tiedValue === null) return new Set()
  const said = saidOf(asked)
  const ended = endedBySchool(said)
  const granting = latestAnswers(said).filter(
    (answer) =>
      answer.giver === 'contact' &&
      answer.entitled &&
      !isObjection(answer) &&
      flawOf(answer, ended, asked) === null,
  )
  return new Set(granting.flatMap(({ giverId }) => giverId ?? []))
}

/** What was said about the rule's purpose, as its kind of choice, by the instant. */
const saidOf = ({ rule, at, choices }: Asked): readonly Choice[] =>
  choices.filter(
    (choice) =>
      choice.purpose === rule.purpose && choice.kind === kindOf[rule.rule] && choice.recordedAt <= at,
  )

const endedBySchool = (said: readonly Choice[]): Choice | null =>
  said
    .filter((choice) => choice.giver === 'school' && endings.has(choice.state))
    .reduce<Choice | null>((last, choice) => (last && last.sequence > choice.sequence ? last : choice), null)

const endings = new Set(['revoked', 'expired', 'invalidated'])

const isObjection = (choice: Choice): boolean => choice.state === 'refused' || choice.state === 'withdrawn'

function latestAnswers(said: readonly Choice[]): readonly Choice[] {
  const latest = new Map<string, Choice>()
  for (const choice of said) {
    if (choice.giver === 'school' || choice.state === 'requested' || choice.state === 'deferred') continue
    const giver = `${choice.giver}/${choice.giverId ?? ''}`
    const before = latest.get(giver)
    if (!before || before.sequence < choice.sequence) latest.set(giver, choice)
  }
  return [...latest.values()]
}

type Flaw = (typeof grantRanks)[number] | null

/** Why an answer that is no objection doesn't count as a grant; null when it does. */
function flawOf(choice: Choice, ended: Choice | null, { rule, wordingSha256, at, tiedValue }: Asked): Flaw {
  if (choice.state === 'expired') return 'expired'
  if (choice.state === 'revoked' || choice.state === 'invalidated') return 'ended-by-school'
  if (choice.state !== 'given' && choice.state !== 'renewed') throw new Unknown('a choice has no known state')
  if (ended && choice.sequence < ended.sequence)
    return ended.state === 'expired' ? 'expired' : 'ended-by-school'
  if (choice.expiresAt && choice.expiresAt <= at) return 'expired'
  if (choice.wordingSha256 !== wordingSha256) return 'other-wording'
  if (rule.rule !== 'opt-in' && !choice.written) return 'not-written'
  if (tiedValue !== undefined && choice.tiedTo !== String(tiedValue)) return 'other-code'
  return null
}

function weigh(flaws: readonly Flaw[], objections: readonly Choice[]): ConsentProblem | null {
  const granted = flaws.includes(null)
  if (objections.length > 0) {
    if (granted) return 'disagreement'
    const last = objections.reduce((a, b) => (a.sequence > b.sequence ? a : b))
    return last.state === 'withdrawn' ? 'withdrawn' : 'refused'
  }
  if (granted) return null
  const nearest = Math.max(...flaws.map((flaw) => (flaw === null ? -1 : grantRanks.indexOf(flaw))), -1)
  return grantRanks[nearest] ?? 'missing'
}
