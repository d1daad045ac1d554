import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Clock } from '../core/vocabulary/index.ts'

interface Mark {
  /** The demonstration's morning. */
  readonly at: string
  /** When the day was played, by the machine's clock. */
  readonly playedAt: string
}

const fileIn = (home: string): string => join(home, 'demonstration.json')

/** When the demonstration's day was played in this home; undefined where it was not. */
function markIn(home: string): Mark | undefined {
  return existsSync(fileIn(home)) ? (JSON.parse(readFileSync(fileIn(home), 'utf8')) as Mark) : undefined
}

export const wasPlayed = (home: string): boolean => markIn(home) !== undefined

export const markPlayed = (home: string, at: Date): void => {
  const mark: Mark = { at: at.toISOString(), playedAt: systemClock.now().toISOString() }
  writeFileSync(fileIn(home), JSON.stringify(mark))
}

/**
 * The clock of a home: the machine's; in a home where the demonstration was played, its morning plus the time since then.
 * So the demonstration's agreements and consents stay in force whenever somebody tries it. Never before that morning.
 */
export function clockOf(home: string, morning?: Date): Clock {
  const mark = markIn(home)
  if (!mark && !morning) return systemClock
  const at = mark ? Date.parse(mark.at) : (morning?.getTime() ?? 0)
  const since = mark ? Date.parse(mark.playedAt) : systemClock.now().getTime()
  return { now: () => new Date(at + Math.max(0, systemClock.now().getTime() - since)) }
}
