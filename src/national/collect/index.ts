export { asCollector, asPerson, openCollector, type Collector, type Person } from './collector.ts'
export { roundName, type Round } from './definitions.ts'
export { eventsOf, type PastEvent } from './events.store.ts'
export { findingsOf, unresolvedIn, type StoredFinding } from './findings.store.ts'
export { moves, type Move, type MoveRefusal } from './moves.ts'
export { noteKinds, notesOf, type NewNote, type NoteKind, type StoredNote } from './notes.store.ts'
export { receiveReturn, type ReceivedReturn } from './receive.ts'
export { receiveMany, type Outcome } from './receive-many.ts'
export type { Refusal } from './refusal.ts'
export { findReturn, meantReturn, type StoredReturn } from './returns.store.ts'
export type { Delivery } from './take-in.ts'
export { acceptNotes, mayAcceptTogether } from './accept-notes.ts'
export { decideNote, moveIn, moveReturn, writeNote, type Moved } from './work.store.ts'
export { hasDuty, readDuties, requireDuty, setDuties } from './duties.store.ts'
export { addAccount, operator, personByEmail, type NewAccount } from './accounts.store.ts'
export {
  chaseList,
  daysTo,
  progressOf,
  queues,
  type Chased,
  type Progress,
  type Queue,
  type Queued,
} from './progress.store.ts'
export { readSources } from './read-sources.ts'
export { standsWith } from './returns.store.ts'
export { closeTheRound, openTheRound, registerSources, sureCollector } from './register.ts'
export { isAlive, resume, type Resumed } from './resume.ts'
export { allRounds, findRound, type OpenRound } from './rounds.store.ts'
export type { Source } from './sources.store.ts'
export { receiveSubmission, type Submission } from './submission.ts'
export { receiveNotes, type NotesRefusal } from './receive-notes.ts'
export { returnNames } from './return-names.ts'
export { findDuplicates, type DuplicatesFound } from './find-duplicates.ts'
export { decideDuplicate, type PlaceInReturn } from './decide-duplicate.ts'
export { exportReturn, type ExportedReturn } from './export.ts'
export { authorisedReturns, tableOf, tablesFolder, type AuthorisedReturn } from './authorised.store.ts'
