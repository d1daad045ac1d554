import { dateInEngland, fail, ok } from '../../../core/vocabulary/index.ts'
import type { Command } from './command.ts'
import type { Happened } from './event.ts'
import type { Handled, Handler, Surroundings } from './handle.ts'
import { signature, usersOf, type ApplicationState, type Stage } from './state.ts'

type InForce =
  | 'meet-condition'
  | 'sign'
  | 'suspend'
  | 'restore'
  | 'remove-user'
  | 'end'
  | 'certify'
  | 'accept-certificate'
  | 'report-breach'
  | 'revoke'
  | 'record-extract'
  | 'ask-output'
  | 'judge-output'
  | 'look'

const refuse = (code: string, says: string): Handled => fail({ code, says })
const happened = (...events: readonly Happened[]): Handled => ok(events)
const stage = (state: ApplicationState, ...stages: readonly Stage[]): Handled | undefined =>
  stages.includes(state.stage)
    ? undefined
    : refuse('stage', `The agreement is ${state.stage}; this is for one that is ${stages.join(' or ')}.`)
const duty = ({ by }: Surroundings, ...needed: readonly string[]): Handled | undefined =>
  by.organisation === null &&
  (by.role === 'operator' || by.role === 'system' || needed.some((each) => by.duties.includes(each)))
    ? undefined
    : refuse('duty', `This is for people with the duty ${needed.join(' or ')}.`)

/** Whether everybody has signed: the organisation, the department, and each user. */
const signedByAll = (state: ApplicationState, signed: readonly string[]): boolean =>
  ['organisation', 'department', ...usersOf(state).map((user) => `user/${user}`)].every((each) =>
    signed.includes(each),
  )

const daysLater = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** Used at once: nobody is asked, and the time of it is in the register. */
const usable = (state: ApplicationState, { unmet }: Surroundings): Handled | undefined =>
  stage(state, 'active') ?? (unmet.length > 0 ? refuse('unmet', unmet.join(' ')) : undefined)

export const handleInForce: { readonly [K in Extract<Command['kind'], InForce>]: Handler<K> } = {
  'meet-condition': (state, { condition, evidence }, around) =>
    duty(around, 'access-office') ??
    stage(state, 'conditional') ??
    (state.conditions[condition]
      ? happened({ kind: 'condition-met', condition, evidence })
      : refuse('unknown', 'There is no such condition.')),
  sign: (state, { party, who, hash }, around) => {
    const stopped =
      stage(state, 'approved', 'conditional') ??
      (party === 'department' ? duty(around, 'access-office') : undefined) ??
      (hash === state.terms?.hash
        ? undefined
        : refuse('other-text', 'What was signed is not the text of this agreement.')) ??
      (party === 'user' && !usersOf(state).includes(who)
        ? refuse('not-named', 'The agreement does not name this person.')
        : undefined) ??
      (state.conditions.some(({ met }) => !met)
        ? refuse('condition', 'A condition of the approval is not met yet.')
        : undefined) ??
      (state.signed.includes(signature(party, who)) ? refuse('signed', 'This was signed before.') : undefined)
    if (stopped) return stopped
    const signed: Happened = { kind: 'signed', party, who, hash }
    if (!signedByAll(state, [...state.signed, signature(party, who)])) return happened(signed)
    return around.unmet.length > 0
      ? happened(signed, { kind: 'activated' }, { kind: 'suspended', cause: 'unmet', reasons: around.unmet })
      : happened(signed, { kind: 'activated' })
  },
  suspend: (state, { cause, reasons }, around) =>
    duty(around, 'access-office') ??
    stage(state, 'active') ??
    happened({ kind: 'suspended', cause, reasons }),
  restore: (state, { reason }, around) =>
    duty(around, 'access-office') ??
    (around.by.role === 'system' ? refuse('person', 'A person restores what was suspended.') : undefined) ??
    stage(state, 'suspended') ??
    (around.unmet.length > 0
      ? refuse('unmet', around.unmet.join(' '))
      : happened({ kind: 'restored', reason })),
  'remove-user': (state, { user }) =>
    stage(state, 'approved', 'conditional', 'active', 'suspended') ??
    (usersOf(state).includes(user)
      ? happened({ kind: 'user-removed', user })
      : refuse('not-named', 'The agreement does not name this person.')),
  end: (state, { reason }, around) =>
    stage(state, 'active', 'suspended') ??
    happened({
      kind: 'ended',
      reason,
      destroyBy: daysLater(dateInEngland(around.at), around.policy.rules.destruction.days),
    }),
  certify: (state, { method, evidence, on }, around) =>
    stage(state, 'ending', 'overdue', 'revoked') ??
    (evidence.trim() === '' ? refuse('no-evidence', 'A certificate has evidence.') : undefined) ??
    (on > dateInEngland(around.at)
      ? refuse('future', 'The destruction lies in the future.')
      : happened({ kind: 'destruction-certified', method, evidence, on })),
  'accept-certificate': (state, _, around) =>
    duty(around, 'access-office') ??
    stage(state, 'ending', 'overdue', 'revoked') ??
    (state.certified === null
      ? refuse('no-certificate', 'There is no certificate to accept.')
      : happened({ kind: 'closed' })),
  'report-breach': (state, { what }) =>
    stage(state, 'active', 'suspended', 'ending', 'overdue') ??
    (state.stage === 'active'
      ? happened(
          { kind: 'breach-reported', what },
          { kind: 'suspended', cause: 'breach', reasons: ['A breach was reported.'] },
        )
      : happened({ kind: 'breach-reported', what })),
  revoke: (state, { reason }, around) =>
    duty(around, 'access-office') ??
    stage(state, 'active', 'suspended', 'ending', 'overdue') ??
    happened({
      kind: 'revoked',
      reason,
      destroyBy: daysLater(dateInEngland(around.at), around.policy.rules.destruction.days),
    }),
  'record-extract': (state, { extract, people, rows, entry }, around) =>
    usable(state, around) ?? happened({ kind: 'extracted', extract, people, rows, entry }),
  'ask-output': (state, { output, checks }, around) => {
    const asked: Happened = { kind: 'output-asked', output, checks }
    return (
      usable(state, around) ??
      (checks.some((each) => each.outcome === 'not-met')
        ? happened(asked, { kind: 'output-refused', output })
        : happened(asked))
    )
  },
  'judge-output': (state, { output, sha256, verdict, reason }, around) => {
    const stopped = duty(around, 'output-check') ?? usable(state, around)
    if (stopped) return stopped
    const asked = state.outputs.find(({ id }) => id === output)
    if (asked?.standing !== 'asked') return refuse('stage', 'This output does not wait for a verdict.')
    if (asked.verdicts.some(({ by }) => by === around.by.name))
      return refuse('second-person', 'Each checker gives one verdict.')
    if (reason.trim() === '') return refuse('no-reason', 'A verdict gives its reason.')
    const judged: Happened = { kind: 'output-judged', output, verdict, reason }
    if (verdict !== 'approve') return happened(judged, { kind: 'output-refused', output })
    const approvals = asked.verdicts.filter((each) => each.verdict === 'approve').length + 1
    return approvals >= around.policy.rules.outputs.checkers
      ? happened(judged, { kind: 'output-released', output, sha256 })
      : happened(judged)
  },
  /** What time and circumstances do by themselves: the monitor asks this of every agreement. */
  look: (state, _, around) => ok(byItself(state, around)),
}

function byItself(state: ApplicationState, around: Surroundings): readonly Happened[] {
  const day = dateInEngland(around.at)
  const { days, remindDays } = around.policy.rules.destruction
  if (state.stage === 'active' || state.stage === 'suspended') {
    const end = state.answers.end ?? day
    if (end < day)
      return [{ kind: 'ended', reason: 'The agreement came to its end.', destroyBy: daysLater(end, days) }]
    if (state.stage === 'active' && around.unmet.length > 0)
      return [{ kind: 'suspended', cause: 'unmet', reasons: around.unmet }]
  }
  if (
    (state.stage === 'ending' || state.stage === 'revoked') &&
    state.destroyBy !== null &&
    state.certified === null
  ) {
    if (state.destroyBy < day) return [{ kind: 'overdue' }]
    const due = remindDays.filter(
      (before) => daysLater(state.destroyBy ?? day, -before) <= day && !state.reminders.includes(before),
    )
    if (due.length > 0) return due.map((before) => ({ kind: 'reminded', days: before }))
  }
  return []
}
