import type { ConsentState } from '../../core/vocabulary/index.ts'

/** Where one giver stands for one purpose; `none` is the vocabulary's "unknown": no record. */
export type GiverState = ConsentState | 'none'

/**
 * The Data Privacy Vocabulary's consent states and the moves between them. Two moves are ours: a refusal needs no question
 * before it (a child's objection counts in any form, Protection of Freedoms Act 2012 s.26(5); so does an opt-out), and a
 * revoked consent may be asked for again.
 * A `given` that nobody asked for is not here: the form that holds the answer showed the question, so both are recorded.
 */
const next: Readonly<Record<GiverState, readonly ConsentState[]>> = {
  none: ['requested', 'refused'],
  requested: ['requested', 'deferred', 'given', 'refused'],
  deferred: ['requested', 'given', 'refused'],
  given: ['renewed', 'withdrawn', 'revoked', 'expired'],
  renewed: ['renewed', 'withdrawn', 'revoked', 'expired'],
  refused: ['requested'],
  withdrawn: ['requested'],
  revoked: ['requested', 'refused'],
  expired: ['requested', 'refused'],
  invalidated: ['requested', 'refused'],
}

export const isGrant = (state: GiverState): boolean => state === 'given' || state === 'renewed'
export const isObjection = (state: GiverState): boolean => state === 'refused' || state === 'withdrawn'
/** Ends that only the school records. */
export const isEnd = (state: GiverState): boolean =>
  state === 'revoked' || state === 'expired' || state === 'invalidated'

/** The states to record, in order, to bring a giver from one state to another; null when there is no such move. */
export function steps(from: GiverState, to: ConsentState): readonly ConsentState[] | null {
  if (to === 'invalidated' || next[from].includes(to)) return [to]
  return to === 'given' && next[from].includes('requested') ? ['requested', 'given'] : null
}
