export { draftVersion, type DraftRequest } from './draft.ts'
export { drop, publishDue, signOff, withdraw } from './moves.ts'
export { failedChecks } from './may-sign.ts'
export {
  earlyAccessOf,
  giveEarlyAccess,
  viewEarly,
  type EarlyAccess,
  type EarlyAccessLine,
} from './early-access.store.ts'
export { flagsOf, flagTouched } from './flags.store.ts'
export { eventsOfVersion, findVersion, versionsIn, versionsOf } from './versions.store.ts'
export { numberText, type Change, type Changes, type Difference, type VersionNumber } from './differences.ts'
export { uuidOf, type Facets, type LocationFacet, type TimeFacet } from './facets.ts'
export {
  chartFile,
  cubeFile,
  dataFile,
  metaFile,
  readFacets,
  versionFolder,
  versionsFolder,
} from './statistics-home.ts'
export { cubeColumns, writeCube } from './write-cube.ts'
export type { QualityCheck } from './quality-checks.ts'
export type { About, StatisticVersion, VersionEvent, VersionState } from './version.ts'
