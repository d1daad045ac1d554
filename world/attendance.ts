import { addDays } from './calendar.ts'
import type { WorldPupil } from './pupil.ts'
import type { Random, Weighted } from './random.ts'

export interface DayMarks {
  readonly date: string
  readonly am: string
  readonly pm: string
}

const spells: readonly Weighted<{ code: string; from: number; to: number }>[] = [
  { value: { code: 'I', from: 1, to: 4 }, weight: 74 },
  { value: { code: 'O', from: 1, to: 2 }, weight: 9 },
  { value: { code: 'G', from: 4, to: 5 }, weight: 6 },
  { value: { code: 'C', from: 1, to: 1 }, weight: 6 },
]
const meanSpell = 2.4

/**
 * A pupil's marks for these school days, both sessions. Absences come in spells; the last three days may still carry N,
 * the mark for a reason not yet known. Suspensions and fixed arrangements stand over everything else.
 */
export function* marks(random: Random, pupil: WorldPupil, days: readonly string[]): Generator<DayMarks> {
  const present = days.filter(
    (day) => day >= pupil.entryDate && (!pupil.leavingDate || day <= pupil.leavingDate),
  )
  const lastDays = new Set(days.slice(-3))
  let left = 0
  let code = ''
  for (const date of present) {
    if (left === 0 && random.chance(pupil.absence.rate / meanSpell)) {
      const spell = random.weighted(spells)
      left = random.int(spell.from, spell.to)
      code = lastDays.has(date) && random.chance(0.4) ? 'N' : spell.code
    }
    let am = '/'
    let pm = '\\'
    if (left > 0) {
      left--
      am = pm = code
    } else if (pupil.enrolmentStatus !== 'G' && isTrip(pupil, date)) am = pm = 'V'
    else if (random.chance(0.009)) {
      if (random.chance(0.6)) am = 'M'
      else pm = 'M'
    } else if (random.chance(pupil.absence.rate > 0.1 ? 0.08 : 0.015)) am = random.chance(0.85) ? 'L' : 'U'
    yield settle(pupil, date, am, pm, suspended(pupil, date, days))
  }
}

function settle(pupil: WorldPupil, date: string, am: string, pm: string, excluded: string): DayMarks {
  const weekday = new Date(date).getUTCDay()
  for (const { weekdays, sessions, code } of pupil.absence.fixed)
    if (weekdays.includes(weekday)) {
      if (sessions.includes('AM')) am = code
      if (sessions.includes('PM')) pm = code
    }
  return { date, am: excluded.includes('A') ? 'E' : am, pm: excluded.includes('P') ? 'E' : pm }
}

/** Which sessions of the day a suspension covers: A, P, both or neither. A lunchtime suspension takes the afternoon. */
function suspended(pupil: WorldPupil, date: string, days: readonly string[]): string {
  for (const one of pupil.suspensions) {
    const first = days.indexOf(one.startDate)
    const at = days.indexOf(date) - first
    if (first < 0 || at < 0) continue
    if (one.category === 'LNCH' ? at < one.sessions : at < Math.floor(one.sessions / 2))
      return one.category === 'LNCH' ? 'P' : 'AP'
    if (one.category !== 'LNCH' && one.sessions % 2 === 1 && at === Math.floor(one.sessions / 2)) return 'A'
  }
  return ''
}

/** Each class of Years 1 to 6 goes out on one day of October. */
function isTrip(pupil: WorldPupil, date: string): boolean {
  const year = Number(pupil.yearGroup)
  if (!year) return false
  const offset = (year * 2 + (pupil.registrationGroup.length % 2)) % 14
  return date === addDays('2026-10-05', offset + (offset >= 5 ? 2 : 0))
}
