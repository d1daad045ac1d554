/** Where the time comes from. Domain code takes a clock or an instant and never asks the machine itself. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still: the demonstration's day, and tests. */
export const fixedClock = (iso: string): Clock => ({ now: () => new Date(iso) })

/** A calendar date, `YYYY-MM-DD`, with no time zone: dates of birth, entry, review. */
export type IsoDate = string

/** The calendar date in England at an instant. */
export function dateInEngland(at: Date): IsoDate {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(at)
}

/** True for a real calendar date written `YYYY-MM-DD`, between 1900 and 2199. */
export function isIsoDate(text: string): text is IsoDate {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
