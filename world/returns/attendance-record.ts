import type { AttendancePeriod, CensusTerm } from './census-term.ts'
import { ageOn } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import type { Registration } from './populate.ts'
import { rateOf, shareOf, type Stage } from './return-data.ts'

const absence = rateOf('absence')
const [primary, secondary, special] = [
  shareOf('absence-primary'),
  shareOf('absence-secondary'),
  shareOf('absence-special'),
]
const elsewhere = shareOf('attended-elsewhere')
const reasonOf = { nursery: primary, primary, secondary, special, referral: secondary }

/** The share of sessions that a pupil misses: most miss few, some very many; the mean is that of the kind of school. */
export function absenceOf(by: Draws, stage: Stage): number {
  const mean = absence[stage]
  return Math.min(0.92, mean * 0.4 - mean * 0.6 * Math.log(1 - by.next()))
}

/** Whether a census asks for the attendance of this pupil at all. */
export const attends = (term: CensusTerm, { child }: Registration): boolean => {
  const age = ageOn(child.born, term.attendanceAgeDay)
  return age >= term.attendanceAges.lowest && age <= term.attendanceAges.highest
}

export interface SessionsSent {
  readonly possible: number
  readonly details: MessageRecord[]
}

/** A period's sessions by code; null: the pupil was not at the school in it. */
export function sessionsOf(
  by: Draws,
  { from, to, open }: AttendancePeriod,
  { entry, leaving, status }: Registration,
  stage: Stage,
  missed: number,
): SessionsSent | null {
  if (entry > to || (leaving !== null && leaving < from)) return null
  const there = (Math.min(to, leaving ?? to) - Math.max(from, entry) + 1) / (to - from + 1)
  const whole = Math.max(0, Math.round(2 * open * Math.min(1, there)))
  const away = status === 'C' ? 0 : Math.round(whole / 2)
  const possible = whole - away
  const absent = Math.min(possible, Math.round(possible * missed * (0.6 + 0.8 * by.next())))
  const byCode = new Map<string, number>()
  const add = (code: string, sessions: number): void => {
    if (sessions > 0) byCode.set(code, (byCode.get(code) ?? 0) + sessions)
  }
  for (let left = absent; left > 0;) {
    const some = by.int(1, Math.max(1, Math.min(left, 6)))
    add(reasonOf[stage](by), some)
    left -= some
  }
  let present = possible - absent
  const trips = by.chance(0.35) ? Math.min(present, by.int(1, 4)) : 0
  if (trips > 0) add(elsewhere(by), trips)
  const late = by.chance(0.3) ? Math.min(present - trips, by.int(1, 5)) : 0
  add('L', late)
  present -= trips + late
  const details = [
    detail('/', Math.ceil(present / 2)),
    detail('\\', Math.floor(present / 2)),
    ...[...byCode].map(([code, sessions]) => detail(code, sessions)),
    detail('D', away),
  ].filter(({ items }) => items['sessions'] !== '0')
  return { possible, details }
}

const detail = (code: string, sessions: number): MessageRecord => ({
  items: { code, sessions: String(sessions) },
})
