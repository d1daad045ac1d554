import type { Reason } from '../../core/vocabulary/index.ts'
import type { FeedCase } from './decide-feed.ts'
import type { ReleaseOutcome } from './outcome.ts'

const none = { permittedPupils: 0, withheldPupils: 0, withheldReasons: {}, items: [] }

const switchedOff: Reason = {
  code: 'agreement-off',
  condition: 1,
  text: 'The agreement is switched off until its facts are known.',
}

/**
 * What is known before any pupil is looked at: a standing procedure has no feed, an agreement may have no file, or nothing of
 * it may leave whoever the pupil is. Null when the pupils must be decided.
 */
export function nothingToDecide(feed: FeedCase): ReleaseOutcome | null {
  const refused = refusedOutright(feed)
  if (refused) return refused
  const { agreement } = feed.version
  if (agreement.format.kind === 'return') return { kind: 'nothing-to-send', why: 'return', ...none }
  const sends =
    agreement.transport.kind !== 'none' && agreement.format.kind !== 'none' && feed.carried.size > 0
  return sends ? null : { kind: 'nothing-to-send', why: 'no-file', ...none }
}

/** The part of it that holds for returns too. */
export function refusedOutright({ version, compiled, carried }: FeedCase): ReleaseOutcome | null {
  const { agreement } = version
  if (agreement.kind === 'procedure') return { kind: 'nothing-to-send', why: 'procedure', ...none }
  if (!agreement.enabled) return { kind: 'refused', reasons: [switchedOff] }
  const listed = agreement.items.map(({ item }) => item)
  const refused = refusedForAnybody(
    [...(carried.size > 0 ? carried : listed)].map((id) => compiled.gate.get(id) ?? []),
  )
  return refused ? { kind: 'refused', reasons: refused } : null
}

/** The reasons, each once, when every item is refused whoever the pupil is; null when one might leave. */
function refusedForAnybody(gates: readonly (readonly Reason[])[]): readonly Reason[] | null {
  if (gates.length === 0 || gates.some((reasons) => reasons.length === 0)) return null
  const seen = new Map<string, Reason>()
  for (const reason of gates.flat()) seen.set(`${reason.code} ${reason.about ?? ''}`, reason)
  return [...seen.values()]
}
