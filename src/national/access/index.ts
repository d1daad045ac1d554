export { byItself, doerOf, openAccess, type Access } from './open-access.ts'
export { actsFor } from './applications/acts-for.ts'
export { readReview } from './applications/read-review.ts'
export {
  questionsOf,
  readAnswers,
  type Answers,
  type ItemAsked,
  type SomeAnswers,
} from './applications/answers.ts'
export { commandKinds, type Command } from './applications/command.ts'
export type { Doer, Happened, Kept, Outcome, Review } from './applications/event.ts'
export type { Refused } from './applications/handle.ts'
export type { ApplicationState, OutputState, Stage } from './applications/state.ts'
export { unmet } from './applications/unmet.ts'
export { applicationEvents, allOrganisations, referencesOf, usersOfOrganisation } from './events.store.ts'
export { extractsOf, pieceOf, stopExtracts, type StoredExtract } from './extracts/extracts.store.ts'
export { makeExtract, type Extract, type Manifest } from './extracts/make-extract.ts'
export { untar } from './extracts/tar.ts'
export { lookAtAll, type Looked } from './monitor.store.ts'
export {
  changeIdentity,
  giveKey,
  recordPerson,
  registerOrganisation,
  verifyOrganisation,
} from './organisation-work.store.ts'
export {
  userUnmet,
  type Identity,
  type Organisation,
  type PersonHappened,
  type User,
} from './organisations.ts'
export {
  quarters,
  readRegister,
  receivedAbout,
  type Period,
  type Quarter,
  type Received,
  type Registered,
} from './register/register.store.ts'
export { registerCsv } from './register/register-csv.ts'
export type { AccessPolicy, Term } from './terms/access-policy.ts'
export type { Check } from './terms/match-codes.ts'
export { enquire, type Enquired, type LookedUp } from './usage/enquire.store.ts'
export { ask, askOutput, judgeOutput, outputFile, type Answered } from './workspace/outputs.store.ts'
export { readQuery, type Query } from './workspace/query.ts'
export { checksOf, draftApplication, readApplication, work, type Done, type Found } from './work.store.ts'
