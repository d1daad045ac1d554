/** The demonstration world: one seeded school as the files it would have. */
export { badFiles } from './bad-files.ts'
export type { BadFile } from './bad-files.ts'
export { cast, castNames, castStories, joinerToCome } from './cast.ts'
export type { CastName } from './cast.ts'
export { demonstrationDay, schoolDays } from './calendar.ts'
export { writeCtfStream } from './transfers.ts'
export { writeSchoolWorld } from './write-school-world.ts'
export type { WorldOptions } from './write-school-world.ts'
export {
  authorityPlan,
  englandReturns,
  englandSchools,
  writeEnglandReturns,
  writeReturns,
} from './returns/index.ts'
export type { GeneratedReturn, PlannedSchool, ReturnsOptions, WrittenReturns } from './returns/index.ts'
export { writeYears } from './years/index.ts'
export type { WrittenYears, YearsOptions } from './years/index.ts'
