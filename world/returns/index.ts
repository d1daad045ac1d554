export { authorityReturns, makeAuthority, type Authority, type AuthorityPlan } from './authority-returns.ts'
export type { GeneratedReturn } from './census-return.ts'
export { childrenInNeedReturn } from './children-in-need.ts'
export { englandReturns, englandSchools } from './england-returns.ts'
export type { PlannedSchool } from './plan-schools.ts'
export type { Fault } from './faults.ts'
export { keyStage2Results } from './key-stage-2.ts'
export {
  authorityPlan,
  defaultReturns,
  writeEnglandReturns,
  writeReturns,
  type ReturnsOptions,
  type WrittenReturns,
} from './write-returns.ts'
