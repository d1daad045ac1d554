const inEngland = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', ...options })

const day = inEngland({ day: 'numeric', month: 'long', year: 'numeric' })
const shortDay = inEngland({ day: 'numeric', month: 'short' })
const weekday = inEngland({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const clock = inEngland({ hour: 'numeric', minute: '2-digit', hour12: true })

/** "24 November 2026", of an instant (in England) or of a calendar date. */
export function longDate(when: Date | string): string {
  return day.format(typeof when === 'string' ? new Date(`${when}T12:00:00Z`) : when)
}

/** "24 Nov": for the axis of a picture. */
export const shortDate = (when: Date): string => shortDay.format(when)

/** "24 Nov, 7:30am": in a narrow column, of this week. */
export const shortDateAndTime = (when: Date): string =>
  `${shortDate(when)}, ${clock.format(when).replace(/\s/g, '').toLowerCase()}`

/** "Tuesday 24 November 2026" */
export const dayOfWeek = (when: Date): string => weekday.format(when).replace(',', '')

/** "24 November 2026 at 7:30am" */
export const dateAndTime = (when: Date): string =>
  `${longDate(when)} at ${clock.format(when).replace(/\s/g, '').toLowerCase()}`
