export { importFile, type ImportOptions, type ImportSource } from './import-file.ts'
export type { Counts, Difference, ImportReport, NotApplied } from './import-report.ts'
export { rejectionMessages, type Rejection, type RejectionCode } from './rejection.ts'
export { parseImportMap, readImportMap, readImportMaps, type ImportMap } from './import-map.ts'
export { readCodeSets, type Code, type CodeSets } from './code-sets.ts'
export { loadAttendanceCodes } from './attendance-codes.store.ts'
export type { Joining } from './apply-pupils.store.ts'
export type { ChoicesFollowed, ChoicesSource, WordingHashes } from './choices-source.ts'
export {
  contactsOf,
  findPupils,
  pupilSummary,
  rollCount,
  type ContactOfPupil,
  type Protection,
  type PupilLine,
  type PupilSearch,
  type PupilSummary,
} from './pupils.store.ts'
export { renewIdentity, type NewIdentity } from './adoption.store.ts'
export { liftProtection, recordProtection, type NewProtection } from './protection.store.ts'
