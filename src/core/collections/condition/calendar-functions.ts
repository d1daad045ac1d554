import type { ConditionFunction } from './functions.ts'
import { quoted } from './sql-text.ts'

/** Weekdays, Monday to Friday, from Monday 1 January 2001 to the day: for the difference between two days. */
const weekdays = (day: string): string => {
  const since = `date_diff('day', DATE '2001-01-01', ${day})`
  return `(CAST(floor(${since} / 7) AS BIGINT) * 5 + least(((${since} % 7) + 7) % 7 + 1, 5))`
}

/**
 * What a condition may call where its collection names a calendar. A day outside the years of the calendar is one on which
 * no bank holiday fell.
 */
export function calendarFunctions(
  holidays: readonly string[] | null,
): Readonly<Record<string, ConditionFunction>> {
  if (holidays === null) return {}
  const list = `[${holidays.map((day) => `DATE ${quoted(day)}`).join(', ')}]::DATE[]`
  return {
    workingDay: {
      given: ['date'],
      gives: 'boolean',
      says: 'whether it is neither a Saturday, a Sunday nor a bank holiday',
      sql: (day) => `(isodow(${day}) <= 5 AND NOT list_contains(${list}, ${day}))`,
    },
    workingDaysBetween: {
      given: ['date', 'date'],
      gives: 'number',
      says: 'working days after the first date and before the second; none where the second is not later',
      sql: (from, to) => {
        const off = `len(list_filter(${list}, lambda each: each > ${from} AND each < ${to} AND isodow(each) <= 5))`
        return `CASE WHEN ${from} < ${to} THEN ${weekdays(`(${to} - 1)`)} - ${weekdays(from)} - ${off} WHEN ${from} >= ${to} THEN 0 END`
      },
    },
  }
}
