export { buildReturn, type BuildOutcome, type BuiltReturn, type LeftOutItem } from './build-return.ts'
export {
  buildById,
  buildOfFile,
  newestBuild,
  pupilsOfBuild,
  recordBuild,
  returnBefore,
  type ReturnBefore,
  type StoredBuild,
} from './builds.store.ts'
export { compareReturns, type ComparedLine, type ComparedReturns } from './compare-returns.ts'
export { submittedReturns, type HeldReturn } from './held-returns.store.ts'
export { checkBuilt, type CheckedBuild } from './check-built.ts'
export { collectionOf, yearsOf } from './collection-of.ts'
export { explain, explanationsOf, takeBackExplanations, type ReturnOf } from './explanations.store.ts'
export {
  explanationOf,
  isOpen,
  judgeExplanation,
  longestExplanation,
  type Explanation,
} from './explanation.ts'
export { findingsOfBuild, type NumberedFinding } from './findings.store.ts'
export { dropVoidReturns } from './drop-void-returns.ts'
export { dropReturnFile, keptReturnFile } from './kept-file.ts'
export { makeReturn, type MadeReturn, type MakeOutcome } from './make-return.ts'
export type { Mend, MendPath, PupilFinding } from './pupil-findings.ts'
export { readReturnSettings, returnSettingsShape, type ReturnSettings } from './return-settings.ts'
export { returnChanges, type ReturnChange } from './return-changes.ts'
export { summariseReturn, type ReturnSummary, type SummaryLine } from './return-summary.ts'
export { recordReturnSettings } from './settings.store.ts'
export { signOff, signOffStatement } from './sign-off.store.ts'
export { submissionOf, type SubmittedReturn } from './submissions.store.ts'
export { signedBuild, submitReturn, type ReturnSubmission } from './submit-return.ts'
export { validateFile, type ValidatedFile } from './validate-file.ts'
