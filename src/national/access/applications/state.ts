import type { Term } from '../terms/access-policy.ts'
import type { Check } from '../terms/match-codes.ts'
import type { SomeAnswers } from './answers.ts'
import type { Happened, Kept, Outcome, Review } from './event.ts'

export type Stage =
  | 'none'
  | 'draft'
  | 'submitted'
  | 'gateway-confirmed'
  | 'review'
  | 'approved'
  | 'conditional'
  | 'rejected'
  | 'returned'
  | 'active'
  | 'suspended'
  | 'ending'
  | 'overdue'
  | 'closed'
  | 'revoked'

export interface OutputState {
  readonly id: string
  readonly askedAt: Date
  readonly checks: readonly Check[]
  readonly verdicts: readonly { readonly by: string; readonly verdict: string; readonly reason: string }[]
  readonly standing: 'asked' | 'released' | 'refused'
}

/** An application and the agreement that it became, as its own events alone tell it. */
export interface ApplicationState {
  readonly stage: Stage
  readonly events: number
  readonly answers: SomeAnswers
  readonly parent: string | null
  readonly feasible: boolean | null
  readonly gateway: {
    readonly name: string
    readonly recordedBy: string
    readonly confirmedBy: string | null
  } | null
  readonly conflicts: readonly string[]
  readonly resolved: Readonly<
    Record<string, { readonly met: boolean; readonly reason: string; readonly by: string }>
  >
  readonly reviews: Readonly<Record<string, Review>>
  readonly outcome: Outcome | null
  readonly decidedAt: Date | null
  readonly conditions: readonly { readonly says: string; readonly met: boolean }[]
  readonly terms: { readonly codes: readonly Term[]; readonly text: string; readonly hash: string } | null
  readonly signed: readonly string[]
  readonly removedUsers: readonly string[]
  readonly suspensions: readonly {
    readonly cause: string
    readonly reasons: readonly string[]
    readonly at: Date
    readonly until: Date | null
  }[]
  readonly destroyBy: string | null
  readonly certified: { readonly on: string; readonly method: string; readonly evidence: string } | null
  readonly revoked: boolean
  readonly reminders: readonly number[]
  readonly extracts: readonly string[]
  readonly outputs: readonly OutputState[]
}

export const nothingYet: ApplicationState = {
  stage: 'none',
  events: 0,
  answers: {},
  parent: null,
  feasible: null,
  gateway: null,
  conflicts: [],
  resolved: {},
  reviews: {},
  outcome: null,
  decidedAt: null,
  conditions: [],
  terms: null,
  signed: [],
  removedUsers: [],
  suspensions: [],
  destroyBy: null,
  certified: null,
  revoked: false,
  reminders: [],
  extracts: [],
  outputs: [],
}

export const stateOf = (events: readonly Kept[]): ApplicationState => events.reduce(apply, nothingYet)

/** Users who may act: those named, less those taken out since. */
export const usersOf = ({ answers, removedUsers }: ApplicationState): readonly string[] =>
  (answers.users ?? []).filter((user) => !removedUsers.includes(user))

const restart = { gateway: null, reviews: {}, resolved: {}, feasible: null } as const

export function apply(before: ApplicationState, { event, by, at }: Kept): ApplicationState {
  const state = { ...before, events: before.events + 1 }
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- the rest is what `later` takes
  switch (event.kind) {
    case 'drafted':
      return { ...state, stage: 'draft', answers: event.answers, parent: event.parent }
    case 'saved':
      return { ...state, answers: { ...state.answers, ...event.answers } }
    case 'submitted':
      return { ...state, stage: 'submitted' }
    case 'returned':
      return { ...state, ...restart, stage: 'returned' }
    case 'feasibility-found':
      return { ...state, feasible: event.feasible }
    case 'gateway-recorded':
      // Another gateway begins the decision again.
      return {
        ...state,
        ...restart,
        feasible: state.feasible,
        stage: 'submitted',
        gateway: { name: event.gateway, recordedBy: by.name, confirmedBy: null },
      }
    case 'gateway-confirmed':
      return {
        ...state,
        stage: 'gateway-confirmed',
        gateway: state.gateway && { ...state.gateway, confirmedBy: by.name },
      }
    case 'benefits-given':
      // What was reviewed is no longer what is asked: the panel looks at it again.
      return { ...state, reviews: {}, stage: 'review', answers: { ...state.answers, ...event.answers } }
    case 'conflict-declared':
      return { ...state, conflicts: [...state.conflicts, by.name] }
    case 'check-resolved':
      return {
        ...state,
        resolved: { ...state.resolved, [event.check]: { met: event.met, reason: event.reason, by: by.name } },
      }
    case 'reviewed':
      return { ...state, reviews: { ...state.reviews, [by.name]: event.review } }
    case 'decided':
      return {
        ...state,
        stage: event.outcome,
        outcome: event.outcome,
        decidedAt: at,
        terms: event.terms,
        conditions: event.conditions.map((says) => ({ says, met: false })),
      }
    case 'condition-met':
      return {
        ...state,
        conditions: state.conditions.map((each, i) =>
          i === event.condition ? { ...each, met: true } : each,
        ),
      }
    case 'signed':
      return { ...state, signed: [...state.signed, signature(event.party, event.who)] }
  }
  return later(state, event, { by, at })
}

export const signature = (party: string, who: string): string => (party === 'user' ? `user/${who}` : party)

type Later = Exclude<
  Happened,
  {
    kind:
      | 'drafted'
      | 'saved'
      | 'submitted'
      | 'returned'
      | 'feasibility-found'
      | 'gateway-recorded'
      | 'gateway-confirmed'
      | 'benefits-given'
      | 'conflict-declared'
      | 'check-resolved'
      | 'reviewed'
      | 'decided'
      | 'condition-met'
      | 'signed'
  }
>

/** What happens once it was decided. */
function later(
  state: ApplicationState,
  event: Later,
  { by, at }: { by: { name: string }; at: Date },
): ApplicationState {
  switch (event.kind) {
    case 'activated':
      return { ...state, stage: 'active' }
    case 'suspended':
      return {
        ...state,
        stage: 'suspended',
        suspensions: [...state.suspensions, { cause: event.cause, reasons: event.reasons, at, until: null }],
      }
    case 'restored':
      return {
        ...state,
        stage: 'active',
        suspensions: state.suspensions.map((each) => ({ ...each, until: each.until ?? at })),
      }
    case 'user-removed':
      return { ...state, removedUsers: [...state.removedUsers, event.user] }
    case 'ended':
      return { ...state, stage: 'ending', destroyBy: event.destroyBy }
    case 'reminded':
      return { ...state, reminders: [...state.reminders, event.days] }
    case 'overdue':
      return { ...state, stage: 'overdue' }
    case 'destruction-certified':
      return { ...state, certified: { on: event.on, method: event.method, evidence: event.evidence } }
    case 'closed':
      return { ...state, stage: 'closed' }
    case 'breach-reported':
      return state
    case 'revoked':
      return { ...state, stage: 'revoked', revoked: true, destroyBy: event.destroyBy }
    case 'extracted':
      return { ...state, extracts: [...state.extracts, event.extract] }
    case 'output-asked':
      return {
        ...state,
        outputs: [
          ...state.outputs,
          { id: event.output, askedAt: at, checks: event.checks, verdicts: [], standing: 'asked' },
        ],
      }
    case 'output-judged':
      return withOutput(state, event.output, (each) => ({
        ...each,
        verdicts: [...each.verdicts, { by: by.name, verdict: event.verdict, reason: event.reason }],
      }))
    case 'output-released':
      return withOutput(state, event.output, (each) => ({ ...each, standing: 'released' }))
    case 'output-refused':
      return withOutput(state, event.output, (each) => ({ ...each, standing: 'refused' }))
  }
}

const withOutput = (
  state: ApplicationState,
  id: string,
  change: (output: OutputState) => OutputState,
): ApplicationState => ({
  ...state,
  outputs: state.outputs.map((each) => (each.id === id ? change(each) : each)),
})
