export { changedFeeds, type ChangedFeed } from './changed.ts'
export { dueFeeds, type DueFeed } from './due.store.ts'
export { deliveryQueue, type Door, type Secrets } from './door.ts'
export { noFault, type FaultPoint } from './fault-point.ts'
export { fileSecrets } from './file-secrets.ts'
export { usualLimits, type HoldLimits, type HoldReason } from './hold.ts'
export type { Counts, Released, ReleaseOutcome, ReleaseRequest } from './outcome.ts'
export type { Unwritable } from './encoded.ts'
export type { EgressFault } from './expected.ts'
export type { LeftOut } from './left-out.ts'
export { releaseFeed } from './release-feed.ts'
export {
  asWritten,
  decideReturn,
  releaseReturn,
  type DecidedReturn,
  type ReturnFile,
} from './release-return.ts'
export type { Items, PermittedRow } from './permit-rows.ts'
export type { ReleasedPayload } from './released-payload.ts'
export { releasedFromRow } from './released-row.ts'
export { releasesWithDelivery } from './releases-with-delivery.store.ts'
export { severIdentity, type FormerHolder, type Severed } from './sever-identity.ts'
export { takePayload } from './take-payload.store.ts'
export { againReasons, type AgainReason } from './transfer-once.ts'
