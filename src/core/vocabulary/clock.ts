/** Where the time comes from. Domain code takes a clock or an instant and never asks the machine itself. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still: the demonstration's day, and tests. */
export const fixedClock = (iso: string): Clock => ({ now: () => new Date(iso) })

/** A calendar date, `YYYY-MM-DD`, with no time zone: dates of birth, entry, review. */
export type IsoDate = string

const england = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })

/** The calendar date in England at an instant. */
export function dateInEngland(at: Date): IsoDate {
  return england.format(at)
}

const englandsClock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeStyle: 'medium' })

/** What the calendar and the clock show in England at an instant: `YYYY-MM-DDThh:mm:ss`, with no zone. */
export const timeInEngland = (at: Date): string => `${dateInEngland(at)}T${englandsClock.format(at)}`

/** True for a real calendar date written `YYYY-MM-DD`, between 1900 and 2199. */
export function isIsoDate(text: string): text is IsoDate {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return month >= 1 && month <= 12 && day >= 1 && day <= days
}
