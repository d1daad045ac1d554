export { readStatistics } from './declare/read-statistics.ts'
export { readGeography, type Authority, type Geography } from './declare/geography.ts'
export type {
  DisclosurePolicy,
  FilterDeclaration,
  IndicatorDeclaration,
  Publication,
  StatisticsPolicy,
  TableDeclaration,
} from './declare/declaration.ts'
export type { SourceVersion, StatisticsSource } from './build/source.ts'
export { buildDeclared, declaredTable, statisticsOf, type DeclaredBuild } from './build/build-declared.ts'
export { buildTable, type BuildOptions, type BuiltTable } from './build/build-table.ts'
export { auditFolder, type FolderAudit } from './build/audit-folder.ts'
