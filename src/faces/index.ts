export { doorFor, isSecure, schoolFor, type CollectorHouse, type Gatehouse } from './gatehouse.ts'
export { allowed, may, roleNames, type Act } from './permissions.ts'
export { actorOf, nationalSignedIn, signedIn, type RequestContext, type RequestEnv } from './request.ts'
export {
  beginSession,
  checkFormToken,
  endSession,
  recogniseStaff,
  rememberFormToken,
  type SessionHome,
} from './session.ts'
export {
  addStaffMember,
  changeStaffRole,
  chooseOwnPassword,
  disableStaffMember,
  oneTimeDays,
  resetStaffPassword,
  staffFaults,
  staffMemberById,
  staffMembers,
  type StaffFault,
  type StaffMember,
} from './manage-staff.store.ts'
export { lockMinutes, setStaffAccount, triesBeforeLock, type SignedIn } from './staff-account.store.ts'
export {
  chooseNationalPassword,
  giveNationalPassword,
  setNationalPassword,
  type NationalSignedIn,
} from './national-account.store.ts'
export {
  addNationalAccount,
  changeDuties,
  disableNationalAccount,
  resetNationalPassword,
  type AccountFault,
  type AccountKeeper,
} from './manage-national.store.ts'
export { followImportedChoices } from './follow-imported-choices.ts'
export { takeChoice } from './take-choice.ts'
export { verifiedWords, type VerifiedWords } from './verified-words.ts'
export { problemOf, type Problem, type ProblemStatus } from './problem.ts'
