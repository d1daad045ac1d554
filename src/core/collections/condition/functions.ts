/** Types of values in conditions. */
export type ValueType = 'text' | 'number' | 'date' | 'boolean'

export interface ConditionFunction {
  readonly given: readonly ValueType[]
  readonly gives: ValueType
  /** What it is, for the reference that is generated. */
  readonly says: string
  readonly sql: (...given: string[]) => string
}

const alphabet = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** Σ position × value over characters 2 to 13; a letter counts its place in the alphabet (UPN guide, annex A). */
const upnSum = (upn: string): string =>
  Array.from({ length: 12 }, (_, i) => i + 2)
    .map((place) => {
      const character = `substr(${upn}, ${String(place)}, 1)`
      return `${String(place)} * (CASE WHEN ${character} BETWEEN '0' AND '9' THEN ascii(${character}) - 48 ELSE strpos('${alphabet}', ${character}) - 1 END)`
    })
    .join(' + ')

/** Everything a condition may call. Absent given, absent result, unless it says otherwise. */
export const conditionFunctions: Readonly<Record<string, ConditionFunction>> = {
  age: {
    given: ['date', 'date'],
    gives: 'number',
    says: 'whole years from the first date to the second',
    sql: (born, on) => `date_sub('year', ${born}, ${on})`,
  },
  months: {
    given: ['date', 'date'],
    gives: 'number',
    says: 'whole months from the first date to the second',
    sql: (from, to) => `date_sub('month', ${from}, ${to})`,
  },
  days: {
    given: ['date', 'date'],
    gives: 'number',
    says: 'days from the first date to the second',
    sql: (from, to) => `date_diff('day', ${from}, ${to})`,
  },
  addDays: {
    given: ['date', 'number'],
    gives: 'date',
    says: 'the date so many days later',
    sql: (date, days) => `CAST(${date} + to_days(CAST(${days} AS INTEGER)) AS DATE)`,
  },
  addYears: {
    given: ['date', 'number'],
    gives: 'date',
    says: 'the date so many years later',
    sql: (date, years) => `CAST(${date} + to_years(CAST(${years} AS INTEGER)) AS DATE)`,
  },
  date: {
    given: ['text'],
    gives: 'date',
    says: 'the date written yyyy-mm-dd',
    sql: (text) => `TRY_CAST(${text} AS DATE)`,
  },
  orElse: {
    given: ['date', 'date'],
    gives: 'date',
    says: 'the first date, or the second where the first is absent: an end that is still open',
    sql: (date, instead) => `coalesce(${date}, ${instead})`,
  },
  year: {
    given: ['date'],
    gives: 'number',
    says: 'the calendar year',
    sql: (date) => `year(${date})`,
  },
  yearFrom: {
    given: ['date', 'number'],
    gives: 'number',
    says: 'the calendar year in which the year that holds the date began, where years begin with that month',
    sql: (date, month) => `(year(${date}) - CASE WHEN month(${date}) < ${month} THEN 1 ELSE 0 END)`,
  },
  weekday: {
    given: ['date'],
    gives: 'number',
    says: 'Monday 1 to Sunday 7',
    sql: (date) => `isodow(${date})`,
  },
  length: { given: ['text'], gives: 'number', says: 'characters', sql: (text) => `length(${text})` },
  part: {
    given: ['text', 'number', 'number'],
    gives: 'text',
    says: 'so many characters from a place, counted from 1',
    sql: (text, from, many) => `substr(${text}, CAST(${from} AS INTEGER), CAST(${many} AS INTEGER))`,
  },
  upper: { given: ['text'], gives: 'text', says: 'in capitals', sql: (text) => `upper(${text})` },
  number: {
    given: ['text'],
    gives: 'number',
    says: 'the whole number that is written',
    sql: (text) => `TRY_CAST(${text} AS BIGINT)`,
  },
  minutes: {
    given: ['text'],
    gives: 'number',
    says: 'minutes from midnight to the time written hh:mm',
    sql: (time) =>
      `CASE WHEN regexp_full_match(${time}, '([01][0-9]|2[0-3]):[0-5][0-9]') THEN CAST(substr(${time}, 1, 2) AS INTEGER) * 60 + CAST(substr(${time}, 4, 2) AS INTEGER) END`,
  },
  upnLetterRight: {
    given: ['text'],
    gives: 'boolean',
    says: 'whether the first character is the check letter of the other twelve (UPN guide, annex A)',
    sql: (upn) =>
      `(regexp_full_match(${upn}, '[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]') AND substr(${upn}, 1, 1) = substr('${alphabet}', ((${upnSum(upn)}) % 23) + 1, 1))`,
  },
  ulnRight: {
    given: ['text'],
    gives: 'boolean',
    says: 'ten digits whose last is the check digit: 10 less the remainder of the weighted sum (10 to 2) divided by 11',
    sql: (uln) =>
      `(regexp_full_match(${uln}, '[0-9]{10}') AND ((${Array.from({ length: 9 }, (_, i) => `${String(10 - i)} * (ascii(substr(${uln}, ${String(i + 1)}, 1)) - 48)`).join(' + ')}) % 11) > 0 AND 10 - ((${Array.from({ length: 9 }, (_, i) => `${String(10 - i)} * (ascii(substr(${uln}, ${String(i + 1)}, 1)) - 48)`).join(' + ')}) % 11) = ascii(substr(${uln}, 10, 1)) - 48)`,
  },
}
