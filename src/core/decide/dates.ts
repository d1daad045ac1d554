import { isIsoDate, type IsoDate } from '../vocabulary/index.ts'
import { Unknown } from './unknown.ts'

/** A date that is one. @throws Unknown when it isn't: a date that can't be read decides nothing. */
export function knownDate(text: string): IsoDate {
  if (!isIsoDate(text)) throw new Unknown('a date is malformed')
  return text
}

export const isOnOrBefore = (text: string, day: IsoDate): boolean => knownDate(text) <= day

/** The date so many days later. */
export function daysLater(date: string, days: number): IsoDate {
  const day = new Date(`${knownDate(date)}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() + days)
  const text = day.toISOString().slice(0, 10)
  return knownDate(text)
}
