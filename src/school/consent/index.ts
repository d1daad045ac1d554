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
export type { Ask, StopDelivery } from './follow-change.ts'
export { followChoices, type ChoicesFollowed } from './follow-choices.ts'
export { recordChoice, recordChoiceUnder, type ChoiceRecorded } from './record-choice.ts'
export { standingNow } from './standing-now.ts'
export type { PurposeStanding } from './standing-choice.ts'
