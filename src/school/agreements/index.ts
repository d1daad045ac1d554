export { approveAgreement } from './approve-agreement.store.ts'
export { checkTemplate, type TemplateFault, type TemplateMatch } from './check-template.ts'
export { currentPolicy, proposedAgreements } from './current-policy.store.ts'
export { nothingShown, type CurrentPolicy } from './current-policy.ts'
export {
  decideSchool,
  type DecidablePolicy,
  type DecidedAgreement,
  type DecisionSummary,
} from './decide-school.store.ts'
export { exportPolicy } from './export-policy.ts'
export { takeFacts } from './facts.store.ts'
export { impactOf, type Impact } from './impact-of.ts'
export type { Difference, ItemImpact } from './impact.ts'
export { loadPolicy, type LoadReport } from './load-policy.store.ts'
export { newestPolicy } from './newest-policy.store.ts'
export { recipientRecord, recordAddress, type RecipientRecord } from './recipient-record.store.ts'
export type { FieldFault, StandingChange } from './standing-change.ts'
export {
  changeStanding,
  standingChanges,
  type RecordedStandingChange,
  type StandingChangeKind,
} from './standing-change.store.ts'
export { recordStanding, standingsOf, type ShownStanding } from './standing.store.ts'
export { recordTemplate } from './template.store.ts'
