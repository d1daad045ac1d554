export type {
  ComparisonDefinition,
  LinkageDefinition,
  LinkageField,
  TrainingDefinition,
  Transform,
} from './definition.ts'
export { readLinkageDefinition } from './read-definition.ts'
export { link, type Linked } from './link.ts'
export { loadRecords, pairsOf, type RecordFile } from './load-records.ts'
export { train } from './train.ts'
export { averageShares, score } from './score.ts'
export { cluster, type Edge } from './cluster.ts'
export { explain, waterfall, type Explained } from './explain.ts'
export { agreeSql } from './candidates-sql.ts'
export { fieldSql } from './field-sql.ts'
export { comparisonOf, type Comparison } from './comparison/levels.ts'
export { rarityOf } from './load-records.ts'
export { evaluate, type Evaluation } from './evaluate.ts'
export {
  priorWeight,
  probabilityOf,
  thresholdWeight,
  type ComparisonModel,
  type LevelModel,
  type LinkageModel,
} from './model.ts'
