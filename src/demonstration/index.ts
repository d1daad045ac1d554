export type { Day, DayLine } from './day.ts'
export { playDemonstration, type Demonstration, type Played } from './play-day.ts'
export { clockOf } from './demonstration-clock.ts'
