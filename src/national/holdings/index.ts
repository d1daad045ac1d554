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
