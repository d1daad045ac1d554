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

/** `today`, or so many days before it: `today-365`. */
const relative = /^today(?:-([1-9]\d{0,3}))?$/

/** Whether a text may stand in a test on a date: a date, `today`, or `today-` and a number of days up to 9999. */
export const isDateConstant = (text: string): boolean => relative.test(text) || isIsoDate(text)

/** The date that a text in a test on a date stands for at the decision; a text that is none is given back as it is. */
export function dateMeant(text: string, today: IsoDate): string {
  const days = relative.exec(text)
  return days ? daysLater(today, -Number(days[1] ?? 0)) : text
}
