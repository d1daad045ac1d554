export {
  appendEntries,
  appendEntry,
  beginLedgerOf,
  originOf,
  type Appended,
  type NewEntry,
} from './append.store.ts'
export { commitPayload, commitPupils, commitTo } from './commitment.ts'
export type { Opening, PayloadOpening, PupilRecord } from './commitment.ts'
export { storeOpenings, storePayloadOpening } from './openings.store.ts'
export type {
  AccessEntry,
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
export { eraseOpenings, type Erasure } from './erase.store.ts'
export { revealEntry, type ListedEntry, type PupilEntry, type View } from './entries.store.ts'
export { createOrLoadKeys, type LedgerKeys } from './keys.ts'
export { openLedger, type Ledger, type LedgerOptions } from './ledger.ts'
export type { LogHead } from './publish.ts'
export type { ReceiptRequest } from './receipt.store.ts'
export type { LedgerFault } from './fault.ts'
export type { VerifyOptions, VerifyReport } from './verify.ts'
export { departmentLedger, openDepartmentLedger, type DepartmentLedger } from './department.ts'
