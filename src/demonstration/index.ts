export type { Day } from './day.ts'
export type { DayFile, DayLine } from './day-line.ts'
export { playDemonstration, type Demonstration, type Played } from './play-day.ts'
export { clockOf } from './demonstration-clock.ts'
