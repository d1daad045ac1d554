export {
  columnsOfLevel,
  harmonisedShape,
  levelColumn,
  levelNamed,
  levelsShape,
  mandatoryColumns,
  placeKey,
  screenerShape,
  symbolsShape,
  timeColumns,
  timeGroupOf,
  timesShape,
  type EesStandards,
  type GeographicLevel,
  type OfficialPlaces,
} from './standards.ts'
export { filtersOf, indicatorsOf, type EesFilter, type EesIndicator, type EesMeta } from './meta.ts'
export { dataHeader, writeDataFile, writeMetaFile, type DataFileShape, type EesRow } from './write-files.ts'
export { readRows, type Portion } from './read-rows.ts'
export { readMetaFile } from './read-meta-file.ts'
export { checks, screen, type CheckResult, type Screening } from './screener/screen.ts'
export type { Check } from './screener/check.ts'
export type { FilePair } from './screener/pair.ts'
