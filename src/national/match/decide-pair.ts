import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, requireDuty, type Person } from '../collect/index.ts'
import type { Matching } from './matching.ts'
import { openSides, type PairSides } from './pair-sides.ts'
import {
  addDecision,
  decisionsOf,
  findPair,
  undo,
  type PairDecision,
  type StoredPair,
  type Verdict,
} from './pairs.store.ts'
import { applyDecisions, type MatchRun } from './run-matching.ts'

export interface PairShown {
  readonly pair: StoredPair
  readonly sides: PairSides
  readonly decisions: readonly PairDecision[]
  /** Whether to call both the same needs two people: it overrides two valid numbers. */
  readonly needsSecond: boolean
}

/** A pair with what both sides are. @throws GatehouseError `not-allowed`, `not-found` */
export async function showPair(matching: Matching, person: Person, id: string): Promise<PairShown> {
  requireDuty(person, 'match-review')
  const { pair, decisions } = await asCollector(matching.collector).read(async (tx) => ({
    pair: await findPair(tx, id),
    decisions: await decisionsOf(tx, id),
  }))
  const sides = openSides(matching.keys, pair.a, pair.b, pair.sides)
  return { pair, sides, decisions, needsSecond: overrides(pair, sides) }
}

const overrides = ({ why }: StoredPair, { a, b }: PairSides): boolean =>
  why === 'numbers' ||
  (a.upnSure !== undefined &&
    b.upnSure !== undefined &&
    a.upnSure !== b.upnSure &&
    a.formerUpn !== b.upnSure &&
    b.formerUpn !== a.upnSure)

export interface Decided {
  /** The pair waits for somebody else’s opinion. */
  readonly waits: boolean
  /** What came of it; null while it waits. */
  readonly run: MatchRun | null
}

/**
 * Somebody says whether a pair is one child, with a reason. It holds at once, but for what overrides two valid numbers: that
 * needs another person’s opinion, which then decides.
 * @throws GatehouseError `not-allowed`, `not-found`, `bad-input` without a reason, `conflict` where it is decided
 */
export async function decidePair(
  matching: Matching,
  person: Person,
  id: string,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
  at: Date,
): Promise<Decided> {
  const { pair, decisions, needsSecond } = await showPair(matching, person, id)
  const said = sure(reason)
  if (pair.state !== 'open' && pair.state !== 'second')
    throw new GatehouseError('conflict', 'This pair is decided.', {
      todo: 'Undo the decision first, from the child’s history.',
    })
  const by = person.actor.name
  const first = pair.state === 'second' ? decisions.findLast(({ undone }) => undone === null) : undefined
  if (first && first.by === by)
    throw new GatehouseError('not-allowed', 'A second opinion is somebody else’s.', {
      todo: 'Ask another person with the duty match-review.',
    })
  const counts = first !== undefined || verdict !== 'same' || !needsSecond
  await asCollector(matching.collector, person.actor).write(async (tx) => {
    const now = await findPair(tx, id)
    if (now.state !== pair.state) throw new GatehouseError('conflict', 'Somebody else decided it just now.')
    await addDecision(tx, now, { verdict, reason: said, by, counts, second: first !== undefined, at })
  })
  return { waits: !counts, run: counts ? await applyDecisions(matching, person, at) : null }
}

/** Takes a decision back, with a reason; what it joined or parted is as it would be without it. */
export async function undoDecision(
  matching: Matching,
  person: Person,
  decision: string,
  reason: string,
  at: Date,
): Promise<MatchRun> {
  requireDuty(person, 'match-review')
  const said = sure(reason)
  await asCollector(matching.collector, person.actor).write((tx) =>
    undo(tx, decision, { by: person.actor.name, reason: said, at }),
  )
  return applyDecisions(matching, person, at)
}

function sure(reason: string): string {
  const said = reason.trim()
  if (said.length >= 3 && said.length <= 1000) return said
  throw new GatehouseError('bad-input', 'A decision needs a reason.', {
    todo: 'Say in a sentence what decided it, without the child’s name.',
  })
}
