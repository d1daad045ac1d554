export { appendEntries, appendEntry, originOf, type Appended, type NewEntry } from './append.store.ts'
export { commitPayload, commitPupils, commitTo } from './commitment.ts'
export type { Opening, PayloadOpening, PupilRecord } from './commitment.ts'
export { storeOpenings, storePayloadOpening } from './openings.store.ts'
export type {
  DeliveryEntry,
  ErasureEntry,
  Leaf,
  LedgerEntry,
  MapRootEntry,
  NoticeEntry,
  PolicyEntry,
  RecallEntry,
  ReleaseEntry,
  SealedEntry,
  Visibility,
} from './entry.ts'
