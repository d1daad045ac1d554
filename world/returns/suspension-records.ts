import type { CensusTerm } from './census-term.ts'
import { isoOf, workingDayFrom } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import type { Registration } from './populate.ts'
import { rateOf, shareOf, type Stage } from './return-data.ts'

const [suspended, again, excluded] = [rateOf('suspended'), rateOf('second-suspension'), rateOf('excluded')]
const reason = shareOf('suspension-reason')

/** Suspensions of the period in which the pupil was at the school; a permanent exclusion is of a leaver alone. */
export function suspensionsOf(
  by: Draws,
  { suspensions: period }: CensusTerm,
  { entry, leaving, forSuspension, year }: Registration,
  stage: Stage,
  senProvision: string,
  times = 1,
): MessageRecord[] {
  const [from, to] = [Math.max(period.from, entry) + 1, Math.min(period.to, leaving ?? period.to) - 4]
  if (from > to || year < 4) return []
  if (!forSuspension && !by.chance(suspended[stage] * times)) return []
  const found: MessageRecord[] = []
  const count = 1 + (by.chance(again[stage]) ? 1 : 0) + (by.chance(again[stage] / 2) ? 1 : 0)
  for (let i = 0; i < count; i++) {
    const first = reason(by)
    const second = by.chance(0.15) ? reason(by) : first
    found.push({
      items: {
        category: 'SUSP',
        reason1: first,
        ...(second === first ? {} : { reason2: second }),
        start: isoOf(Math.min(to + 3, workingDayFrom(by.int(from, to)))),
        sessions: String(by.int(1, 5) * 2 - (by.chance(0.3) ? 1 : 0)),
        senProvision,
      },
    })
  }
  if (leaving !== null && by.chance(excluded[stage] * 100))
    found.push({
      items: { category: 'PERM', reason1: reason(by), start: isoOf(workingDayFrom(to)), senProvision },
    })
  return found
}
