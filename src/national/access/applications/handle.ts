import { dateInEngland, fail, ok, type Result } from '../../../core/vocabulary/index.ts'
import type { AccessPolicy } from '../terms/access-policy.ts'
import type { Check } from '../terms/match-codes.ts'
import { actsFor, ofTheOrganisation } from './acts-for.ts'
import { missing, questionsOf, type SomeAnswers } from './answers.ts'
import type { Command } from './command.ts'
import { decided } from './decided.ts'
import type { Doer, Happened } from './event.ts'
import { handleInForce } from './handle-in-force.ts'
import type { ApplicationState, Stage } from './state.ts'

/** Why a command is refused: a code and a plain sentence. */
export interface Refused {
  readonly code: string
  readonly says: string
}

/** What a handler may know beside the state: nothing is read from anywhere else. */
export interface Surroundings {
  readonly policy: AccessPolicy
  readonly at: Date
  readonly by: Doer
  readonly reference: string
  readonly organisation: string
  readonly organisationName: string
  /** What the software checked by itself on this instant, for decisions. */
  readonly checks: readonly Check[]
  /** Why the agreement may not be used at this instant, by what stands now. Empty: it may. */
  readonly unmet: readonly string[]
}

export type Handled = Result<readonly Happened[], Refused>
export type Handler<K extends Command['kind']> = (
  state: ApplicationState,
  command: Extract<Command, { kind: K }>,
  around: Surroundings,
) => Handled

export const refuse = (code: string, says: string): Handled => fail({ code, says })
export const happened = (...events: readonly Happened[]): Handled => ok(events)

export const handlers: { readonly [K in Command['kind']]: Handler<K> } = {
  draft: (state, { answers, parent, copiedFrom }, around) =>
    stageIs(state, 'none') ??
    benefitsTooSoon(answers, around) ??
    happened({ kind: 'drafted', answers, parent: parent ?? null, copiedFrom: copiedFrom ?? null }),
  save: (state, { answers }, around) =>
    stageIs(state, 'draft', 'returned') ??
    benefitsTooSoon(answers, around) ??
    happened({ kind: 'saved', answers }),
  submit: (state, _, { policy }) => {
    const lacks = missing(policy, state.answers, 'draft')
    return (
      stageIs(state, 'draft', 'returned') ??
      (lacks.length > 0
        ? refuse('incomplete', `These questions have no answer: ${lacks.join(', ')}.`)
        : happened({ kind: 'submitted', form: policy.form.version }))
    )
  },
  return: (state, { reason }, around) =>
    duty(around, 'access-office') ??
    stageIs(state, 'submitted', 'gateway-confirmed', 'review') ??
    happened({ kind: 'returned', reason }),
  'find-feasible': (state, { feasible, reason }, around) =>
    duty(around, 'access-office') ??
    stageIs(state, 'submitted') ??
    happened({ kind: 'feasibility-found', feasible, reason }),
  'confirm-gateway': (state, { gateway, reason }, around) => {
    const stopped =
      duty(around, 'access-office') ??
      stageIs(state, 'submitted', 'gateway-confirmed', 'review') ??
      (reason.trim() === '' ? refuse('no-reason', 'A gateway is recorded with its reason.') : undefined) ??
      (around.policy.rules.gateways[gateway]
        ? undefined
        : refuse('unknown-gateway', `There is no gateway ${gateway}.`))
    if (stopped) return stopped
    if (state.gateway?.name !== gateway) return happened({ kind: 'gateway-recorded', gateway, reason })
    if (state.gateway.confirmedBy !== null)
      return refuse('confirmed', 'Two officers have confirmed this gateway.')
    if (state.gateway.recordedBy === around.by.name)
      return refuse('second-person', 'Another officer than the one who recorded the gateway confirms it.')
    return happened({ kind: 'gateway-confirmed', gateway, reason })
  },
  'give-benefits': (state, { answers }, around) => {
    const opened = questionsOf(around.policy, 'gateway')
    const others = Object.keys(answers).filter((question) => !opened.includes(question))
    const lacks = missing(around.policy, { ...state.answers, ...answers }, 'gateway')
    return (
      gatewayStands(state) ??
      stageIs(state, 'gateway-confirmed', 'review') ??
      (others.length > 0
        ? refuse('not-benefit', `These are no questions about benefit: ${others.join(', ')}.`)
        : undefined) ??
      (lacks.length > 0
        ? refuse('incomplete', `These questions have no answer: ${lacks.join(', ')}.`)
        : undefined) ??
      happened({ kind: 'benefits-given', answers })
    )
  },
  'declare-conflict': (state, { about }, around) =>
    duty(around, 'access-panel') ??
    stageIs(state, 'submitted', 'gateway-confirmed', 'review') ??
    happened({ kind: 'conflict-declared', about }),
  'resolve-check': (state, { check, met, reason }, around) => {
    const found = around.checks.find(({ id }) => id === check)
    return (
      duty(around, 'access-office') ??
      stageIs(state, 'review') ??
      (found?.outcome !== 'needs-a-person'
        ? refuse(
            'not-open',
            'This check does not wait for a person: what the software found can’t be overruled.',
          )
        : reason.trim() === ''
          ? refuse('no-reason', 'A check is resolved with a reason.')
          : happened({ kind: 'check-resolved', check, met, reason }))
    )
  },
  review: (state, { review }, around) =>
    duty(around, 'access-panel') ??
    gatewayStands(state) ??
    stageIs(state, 'review') ??
    ownOrganisation(around) ??
    (state.conflicts.includes(around.by.name)
      ? refuse('recused', 'Somebody who declared a conflict takes no part.')
      : undefined) ??
    reasonsGiven(state, review, around) ??
    happened({ kind: 'reviewed', review }),
  decide: (state, _, around) =>
    duty(around, 'access-panel') ??
    gatewayStands(state) ??
    stageIs(state, 'review') ??
    decided(state, around),
  ...handleInForce,
}

/** One command on one application: what happens, or why nothing does. Pure. */
export function handle(state: ApplicationState, command: Command, around: Surroundings): Handled {
  if (ofTheOrganisation.has(command.kind) && !actsFor(around.by, around.organisation))
    return refuse('duty', 'This is for the organisation itself, or the access office in its place.')
  const handler = handlers[command.kind] as Handler<Command['kind']>
  return handler(state, command, around)
}

export const stageIs = (state: ApplicationState, ...stages: readonly Stage[]): Handled | undefined =>
  stages.includes(state.stage)
    ? undefined
    : refuse(
        'stage',
        `The application is ${words[state.stage]}; this is for one that is ${stages.map((each) => words[each]).join(' or ')}.`,
      )

const words: Readonly<Record<Stage, string>> = {
  none: 'not begun',
  draft: 'a draft',
  submitted: 'submitted',
  'gateway-confirmed': 'waiting for its benefit sections',
  review: 'in review',
  approved: 'approved',
  conditional: 'approved under conditions',
  rejected: 'rejected',
  returned: 'returned',
  active: 'active',
  suspended: 'suspended',
  ending: 'ending',
  overdue: 'overdue',
  closed: 'closed',
  revoked: 'revoked',
}

/** Whoever runs the command on the department's machine stands in for every duty, under their own name. */
export const duty = ({ by }: Surroundings, needed: string): Handled | undefined =>
  by.organisation === null && (by.role === 'operator' || by.duties.includes(needed))
    ? undefined
    : refuse('duty', `This is for people with the duty ${needed}.`)

const gatewayStands = ({ gateway }: ApplicationState): Handled | undefined =>
  gateway?.confirmedBy ? undefined : refuse('gateway', 'Two officers have not confirmed the gateway yet.')

const ownOrganisation = ({ by, organisation }: Surroundings): Handled | undefined =>
  by.organisation === organisation || by.affiliation === organisation
    ? refuse('own-organisation', 'Nobody decides on their own organisation.')
    : undefined

const benefitsTooSoon = (answers: SomeAnswers, { policy }: Surroundings): Handled | undefined => {
  const early = questionsOf(policy, 'gateway').filter((question) => question in answers)
  return early.length > 0
    ? refuse('gateway', `These open once the gateway is confirmed: ${early.join(', ')}.`)
    : undefined
}

/** Reasons per principle, per item, per code. */
function reasonsGiven(
  state: ApplicationState,
  review: { principles: object; items: object; codes: object },
  { policy }: Surroundings,
): Handled | undefined {
  const needed = [
    ...Object.keys(policy.rules.principles).filter((each) => !(each in review.principles)),
    ...(state.answers.items ?? [])
      .map((each) => `${each.dataSet}.${each.column}`)
      .filter((each) => !(each in review.items) && !('*' in review.items)),
    ...(state.answers.accepts ?? [])
      .map(({ code }) => code)
      .filter((each) => !(each in review.codes) && !('*' in review.codes)),
  ]
  return needed.length > 0
    ? refuse('no-reason', `A review gives its reason on each of these: ${needed.join(', ')}.`)
    : undefined
}

export const today = ({ at }: Surroundings): string => dateInEngland(at)
