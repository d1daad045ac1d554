/** Days as numbers (1 January 1970 is 0): generated pupils have a dozen dates each, and a Date apiece would be slow. */
export type Day = number

const length = 86_400_000
const texts: string[] = []
const numbers: number[] = []

export const dayOf = (iso: string): Day => Date.parse(iso) / length

/** As a message writes it: 2026-10-01. */
export function isoOf(day: Day): string {
  return (texts[day] ??= new Date(day * length).toISOString().slice(0, 10))
}

/** 20261001. */
function figures(day: Day): number {
  return (numbers[day] ??= Number(isoOf(day).replaceAll('-', '')))
}

export const yearOf = (day: Day): number => Math.floor(figures(day) / 10_000)

/** Whole years lived on a day. */
export const ageOn = (born: Day, on: Day): number => Math.floor((figures(on) - figures(born)) / 10_000)

/** 1 is Monday, 7 Sunday. */
export const weekdayOf = (day: Day): number => ((day + 3) % 7) + 1

/** The day itself, or the Monday after a weekend. */
export const workingDayFrom = (day: Day): Day => {
  const weekday = weekdayOf(day)
  return weekday > 5 ? day + 8 - weekday : day
}
