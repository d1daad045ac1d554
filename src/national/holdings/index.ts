export type * from './declare/declaration.ts'
export { allDatasets } from './declare/declaration.ts'
export { declarationsOf, readDeclarations } from './declare/read-declarations.ts'
export { checkSubset } from './declare/sql-subset.ts'
export { openHoldingsHome, type HoldingsHome, type HoldingsSettings } from './holdings-home.ts'
export { buildHoldings, type BuildReport, type LinksOf } from './build/build-holdings.ts'
export {
  openHoldings,
  type HoldingsOptions,
  type OpenHoldings,
  type OpenPartition,
} from './read/open-holdings.ts'
export { aliasOf, aliasViews, tableOf as nationalTableOf } from './read/alias-views.ts'
export { listHoldings, type ListedDataset, type ListedHoldings } from './read/list-holdings.ts'
export { readIdentities, type IdentityRequest, type IdentityRow } from './read/identities.ts'
export { identityReadings, type IdentityReading } from './read/identity-readings.store.ts'
export { lineageOf, type Lineage } from './read/lineage.ts'
export { verifyHoldings, type Verified } from './read/verify-holdings.ts'
export { destroyVersion, keepUntil } from './read/retain.ts'
export { retentionDecisions, type RetentionDecision } from './read/retention.store.ts'
export { openDictionary, rateColumn } from './dictionary/open-dictionary.ts'
export { type Dictionary, type DictionaryEntry } from './dictionary/dictionary.ts'
export { ratingMatrix, searchDictionary, type DictionarySearch } from './dictionary/search.ts'
export { derivedSql } from './build/derived-sql.ts'
export { buildMatched } from './build/build-matched.ts'
export { requireSteward } from './steward.ts'
