export { openMatching, type Matching, type MatchSettings } from './matching.ts'
export {
  applyDecisions,
  foundIn,
  matchRecords,
  runMatching,
  type MatchRun,
  type Records,
} from './run-matching.ts'
export { trainAnew } from './train-anew.ts'
export { emptyIncoming, takeIn } from './read-incoming.ts'
export { linksOf, type Links } from './links.ts'
export { runAt, stateOf } from './runs.store.ts'
export { decidePair, showPair, undoDecision, type Decided, type PairShown } from './decide-pair.ts'
export type { PairSides, ShownIdentity } from './pair-sides.ts'
export {
  decisionsAbout,
  waitingPairs,
  type PairDecision,
  type PairReason,
  type PairState,
  type QueuedPair,
  type Verdict,
} from './pairs.store.ts'
export {
  changesFor,
  changesOf,
  changesSeen,
  currentReference,
  lastChanges,
  type MatchChange,
} from './changes.store.ts'
export { severIdentities, type RecordPlace } from './sever-identities.ts'
export { matchReport, type MatchReport } from './report.ts'
export { exportPeople } from './export-people.ts'
