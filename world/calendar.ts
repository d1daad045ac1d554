import { rows } from './data.ts'

const day = 86_400_000

/** `date` plus days, as `YYYY-MM-DD`. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * day).toISOString().slice(0, 10)

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / day)

/** Monday to Friday of the terms of 2026/27, without training days and bank holidays: 190 days. */
export function schoolDays(): readonly string[] {
  const list = rows('terms-2026')
  const closed = new Set(list.filter((row) => row['kind'] !== 'term').map((row) => row['from']))
  const days: string[] = []
  for (const term of list.filter((row) => row['kind'] === 'term'))
    for (let date = term['from'] ?? ''; date <= (term['to'] ?? ''); date = addDays(date, 1))
      if (![0, 6].includes(new Date(date).getUTCDay()) && !closed.has(date)) days.push(date)
  return days
}

/** The day of the demonstration: marks stand up to the school day before. */
export const demonstrationDay = '2026-11-24'

/** The world is built inside one school year: its starting calendar year. */
export const schoolYear = 2026

export const yearGroups = ['N1', 'N2', 'R', '1', '2', '3', '4', '5', '6'] as const
export type YearGroup = (typeof yearGroups)[number]

/** Years since Reception: Reception 0, Year 6 6, the nursery years −1 and −2. */
export const yearsSinceReception = (year: YearGroup): number => yearGroups.indexOf(year) - 2

/** The first day on which a child of this year group can have been born: the year's cohort runs 1 September to 31 August. */
export const cohortStart = (year: YearGroup): string => `${schoolYear - 5 - yearsSinceReception(year)}-09-01`

/** The starting calendar year of the school year in which a child of this year group was in `earlier`. */
export const startedYear = (year: YearGroup, earlier: YearGroup): number =>
  schoolYear - yearsSinceReception(year) + yearsSinceReception(earlier)
