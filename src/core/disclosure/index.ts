export {
  meantByRounded,
  midpoint6,
  redactThenRound,
  roundHalfAway,
  roundToBase,
  type RoundedCount,
} from './round.ts'
export { cellKey, exampleTable, keySpace, perturb, recordKey, type PRow, type PTable } from './cell-key.ts'
export { maximumEntropyTable, type PTableOptions } from './p-table.ts'
export { dominated, tooFew, upperProtection, withinPercent, type Contributions } from './magnitude.ts'
export {
  linkTables,
  stridesOf,
  type Cube,
  type Dimension,
  type LinkedTables,
  type PlacedTable,
  type Sum,
} from './system.ts'
export { outerBounds, type Bounds } from './bounds.ts'
export { moveHolds, type Move } from './move.ts'
export {
  confidentialCells,
  hide,
  primary,
  secondary,
  shown,
  type Hidden,
  type HideOptions,
  type Safety,
} from './hide.ts'
export { audit, wideEnough, type AuditOptions } from './audit.ts'
export type { Audit, Interval, Witness } from './interval-ends.ts'
export { hideExactly } from './hide-exactly.ts'
export { attributeDisclosures, type AttributeDisclosure } from './attribute.ts'
export { roundAtRandom, roundControlled, roundInnermost } from './round-controlled.ts'
export { auditQueries, type QueryAudit, type Question } from './query-audit.ts'
export { countsBehindMean, countsBehindMeans } from './mean-attack.ts'
export { hideAndAudit, type HiddenAndAudited } from './hide-and-audit.ts'
