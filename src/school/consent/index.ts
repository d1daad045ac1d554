export type {
  ChoiceFault,
  ChoiceFaultCode,
  ChoiceMethod,
  Giver,
  NewChoice,
  RecordedChoice,
} from './choice.ts'
export { choicesOf, relationsOf } from './choice.store.ts'
export type { Holder } from './consent-effect.store.ts'
export { ageOfOwnChoice, type Relations } from './entitlement.ts'
export { consentOverview, standingsFor, type PurposeOverview } from './overview.store.ts'
export { purposesOf, purposesWith, type ConsentPolicy, type Purpose } from './purpose.ts'
export {
  recordChoice,
  recordChoiceUnder,
  standingNow,
  type ChoiceRecorded,
  type StopDelivery,
} from './record-choice.ts'
export type { PurposeStanding } from './standing-choice.ts'
