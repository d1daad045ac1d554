import { timeInEngland } from '../../../core/vocabulary/index.ts'
import type { AccessPolicy } from '../terms/access-policy.ts'

/** Look-ups of one person or organisation in a span of time. */
export interface Usage {
  readonly hour: number
  readonly day: number
  readonly organisationDay: number
  readonly notOnRollDay: number
  readonly inSequenceHour: number
  readonly outOfHoursDay: number
  /** What this person looks up in an hour in which they look up anybody, over the days before. */
  readonly hourNorm: number
  readonly dayNorm: number
}

export interface Alarm {
  readonly code:
    'volume-hour' | 'volume-day' | 'organisation-volume' | 'not-on-roll' | 'in-sequence' | 'out-of-hours'
  readonly says: string
}

/** Which limits are passed; each suspends, and a person restores. */
export function alarmsOf({ rules: { alarms } }: AccessPolicy, usage: Usage): readonly Alarm[] {
  const hour = Math.max(alarms.hour.least, alarms.hour.timesNorm * usage.hourNorm)
  const day = Math.max(alarms.day.least, alarms.day.timesNorm * usage.dayNorm)
  const found: Alarm[] = []
  const ring = (code: Alarm['code'], says: string): void => {
    found.push({ code, says })
  }
  if (usage.hour > hour)
    ring(
      'volume-hour',
      `${String(usage.hour)} pupils were looked up in an hour by one user; the norm is ${String(usage.hourNorm)}.`,
    )
  if (usage.day > day)
    ring(
      'volume-day',
      `${String(usage.day)} pupils were looked up in a day by one user; the norm is ${String(usage.dayNorm)}.`,
    )
  if (usage.organisationDay > alarms.organisationDay)
    ring(
      'organisation-volume',
      `${String(usage.organisationDay)} pupils were looked up in a day by one organisation.`,
    )
  const { least, percent } = alarms.notOnRoll
  if (usage.notOnRollDay >= least && usage.notOnRollDay * 100 >= percent * usage.day)
    ring(
      'not-on-roll',
      `${String(usage.notOnRollDay)} of ${String(usage.day)} pupils are not on the user’s roll.`,
    )
  if (usage.inSequenceHour >= alarms.inSequence)
    ring('in-sequence', `${String(usage.inSequenceHour)} pupils were looked up one number after another.`)
  if (usage.outOfHoursDay >= alarms.outOfHours.least)
    ring('out-of-hours', `${String(usage.outOfHoursDay)} pupils were looked up outside working hours.`)
  return found
}

export function isOutOfHours({ rules: { alarms } }: AccessPolicy, at: Date): boolean {
  const hour = Number(timeInEngland(at).slice(11, 13))
  return hour >= alarms.outOfHours.from || hour < alarms.outOfHours.to
}
