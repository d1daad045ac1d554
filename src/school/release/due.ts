import { dateInEngland, type Agreement, type IsoDate } from '../../core/vocabulary/index.ts'

/** One row of the school's calendar: a term, or a closed day inside one (training, bank holiday). */
export interface CalendarRow {
  readonly kind: string
  readonly from: IsoDate
  readonly to: IsoDate
}

const dayLength = 86_400_000
const dayNumber = (date: IsoDate): number => Date.parse(`${date}T00:00:00Z`) / dayLength

/** A weekday inside a term and no closed day. A school that has entered no terms has every weekday. */
export function isSchoolDay(date: IsoDate, calendar: readonly CalendarRow[]): boolean {
  if ([0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay())) return false
  const on = calendar.filter((row) => row.from <= date && date <= row.to)
  const terms = calendar.some((row) => row.kind === 'term')
  return !on.some((row) => row.kind !== 'term') && (!terms || on.some((row) => row.kind === 'term'))
}

/** The first day of the term that a date lies in or that ended last before it; of 1 January, April or September without terms. */
function termBegan(date: IsoDate, calendar: readonly CalendarRow[]): IsoDate {
  const begun = calendar.filter((row) => row.kind === 'term' && row.from <= date).map((row) => row.from)
  const usual = ['01-01', '04-01', '09-01'].map((day) => `${date.slice(0, 4)}-${day}`)
  return begun.sort().at(-1) ?? usual.findLast((day) => day <= date) ?? date
}

/** School years begin on 1 September (Education Act 1996 s.579). */
const yearBegan = (date: IsoDate): IsoDate => {
  const year = Number(date.slice(0, 4))
  return date.slice(5) >= '09-01' ? `${year}-09-01` : `${year - 1}-09-01`
}

/**
 * Is a file due by its schedule, when the last one left on `last`? Files sent on request or after a change are never due by
 * the calendar. Says nothing about whether it may leave.
 */
export function isDue(
  every: Agreement['schedule']['every'],
  last: Date | null,
  at: Date,
  calendar: readonly CalendarRow[],
): boolean {
  const today = dateInEngland(at)
  const sent = last === null ? null : dateInEngland(last)
  switch (every) {
    case 'on-demand':
    case 'on-change':
      return false
    case 'daily':
      return isSchoolDay(today, calendar) && (sent === null || sent < today)
    case 'weekly':
      return isSchoolDay(today, calendar) && (sent === null || dayNumber(today) - dayNumber(sent) >= 7)
    case 'termly':
      return sent === null || sent < termBegan(today, calendar)
    case 'yearly':
      return sent === null || sent < yearBegan(today)
  }
}
