export type * from './declare/declaration.ts'
export { allDatasets } from './declare/declaration.ts'
export { declarationsOf, readDeclarations } from './declare/read-declarations.ts'
export { checkSubset } from './declare/sql-subset.ts'
