import type { ReturnState } from '../../core/collections/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { Person } from './collector.ts'
import { holdsPupilNumber, numberInReason } from './holds-pupil-number.ts'
import type { Unresolved } from './unresolved.ts'

/** What somebody may do with the version of a return that stands. Receiving and replacing are `receiveReturn`. */
export type Move = 'submit' | 'approve' | 'authorise' | 'reject' | 'withdraw'

type Mover = 'source' | 'agent' | 'collector'

interface MoveRule {
  readonly from: readonly ReturnState[]
  readonly to: ReturnState
  /** The operator may do what any of these may. */
  readonly by: readonly Mover[]
  readonly asksReason: boolean
}

const held: readonly ReturnState[] = [
  'loaded-and-validated',
  'amended-by-source',
  'amended-by-agent',
  'rejected',
]

export const moves: Readonly<Record<Move, MoveRule>> = {
  submit: { from: held, to: 'submitted', by: ['source', 'agent'], asksReason: false },
  approve: { from: ['submitted'], to: 'approved', by: ['agent'], asksReason: false },
  authorise: { from: ['submitted', 'approved'], to: 'authorised', by: ['collector'], asksReason: false },
  reject: {
    from: ['submitted', 'approved', 'authorised'],
    to: 'rejected',
    by: ['agent', 'collector'],
    asksReason: true,
  },
  withdraw: {
    from: [...held, 'submitted'],
    to: 'withdrawn',
    by: ['source', 'agent', 'collector'],
    asksReason: true,
  },
}

export interface MoveRefusal {
  readonly why: 'wrong-state' | 'wrong-role' | 'no-reason' | 'number-in-reason' | 'unresolved'
  readonly detail: string
  readonly todo: string
}

export interface Movable {
  readonly state: ReturnState
  readonly approver: 'authority' | 'none'
  readonly laNumber: string
  readonly source: string
}

/** Whether its authority is a source’s agent: of one whose returns it approves, and of itself. */
export const hasAgent = ({ approver, laNumber, source }: Omit<Movable, 'state'>): boolean =>
  approver === 'authority' || source === laNumber

/**
 * Whether a person may make a move now, and where it leads. An authority approves before the collector authorises, where the
 * source has one that does, and is nobody’s agent else; an agent can’t reject what was authorised. What is left to explain or decide stops a move.
 */
export function judgeMove(
  move: Move,
  of: Movable,
  { actor }: Pick<Person, 'actor'>,
  reason: string | null,
  unresolved: Unresolved,
): Result<ReturnState, MoveRefusal> {
  const { state, approver } = of
  const rule = moves[move]
  const refused = (why: MoveRefusal['why'], detail: string, todo: string): Result<never, MoveRefusal> =>
    fail({ why, detail, todo })
  const mover = actor.role
  if (mover !== 'operator' && !rule.by.includes(mover))
    return refused('wrong-role', 'This role does not cover it.', `It is for: ${rule.by.join(', ')}.`)
  if (!rule.from.includes(state))
    return refused(
      'wrong-state',
      'The return is not in a state for this.',
      `It must be one of: ${rule.from.join(', ')}.`,
    )
  if (mover === 'agent' && move === 'reject' && state === 'authorised')
    return refused('wrong-role', 'The return was authorised.', 'Ask the collector to reject it.')
  if (mover === 'agent' && (!hasAgent(of) || (approver === 'none' && move === 'reject')))
    return refused(
      'wrong-role',
      'This source answers to the collector directly.',
      'Leave it to the collector.',
    )
  if (move === 'approve' && approver === 'none')
    return refused(
      'wrong-state',
      'This source’s returns need no approval.',
      'Let the collector authorise it.',
    )
  if (move === 'authorise' && approver === 'authority' && state === 'submitted')
    return refused(
      'wrong-state',
      'The authority has not approved it yet.',
      'Wait for the authority’s approval.',
    )
  if (rule.asksReason && (reason ?? '').trim() === '')
    return refused('no-reason', 'This asks for a reason.', 'Say why.')
  if (holdsPupilNumber(reason ?? ''))
    return refused('number-in-reason', numberInReason.detail, numberInReason.todo)
  if (move === 'submit' && unresolved.errors > 0)
    return refused(
      'unresolved',
      `${String(unresolved.errors)} ${unresolved.errors === 1 ? 'error has' : 'errors have'} to be corrected or, where the rule allows it, explained.`,
      'Correct them in the system that made the file, and send it again.',
    )
  if (move === 'authorise') {
    const open = [
      [unresolved.errors, 'errors stand'],
      [unresolved.unexplained, 'queries are not explained'],
      [unresolved.undecided, 'notes are not decided'],
      [unresolved.rejected, 'findings have only a rejected note'],
    ] as const
    const left = open.filter(([many]) => many > 0).map(([many, what]) => `${String(many)} ${what}`)
    if (left.length > 0)
      return refused(
        'unresolved',
        `It can’t be authorised: ${left.join('; ')}.`,
        'Explain, accept or reject first.',
      )
  }
  return ok(rule.to)
}
