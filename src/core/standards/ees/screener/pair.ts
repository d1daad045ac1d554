import type { EesStandards, GeographicLevel } from '../standards.ts'
import type { DataScan } from './scan-data.ts'

/** A row of the metadata as it stands; cells of columns that are missing are blank. */
export type RawMeta = Readonly<Record<string, string>>

/** Two files to be screened. Each can be opened more than once. */
export interface FilePair {
  readonly dataName: string
  readonly metaName: string
  readonly openData: () => AsyncIterable<Uint8Array>
  readonly openMeta: () => AsyncIterable<Uint8Array>
}

/** All that the checks look at. */
export interface ScannedPair {
  readonly standards: EesStandards
  readonly names: { readonly data: string; readonly meta: string }
  readonly metaHeader: readonly string[]
  readonly meta: readonly RawMeta[]
  readonly columns: MetaColumns
  readonly data: DataScan
}

export interface MetaColumns {
  /** Of rows whose type is Filter, and the columns that group them; named as in the metadata, in the data or not. */
  readonly filters: readonly RawMeta[]
  readonly indicators: readonly RawMeta[]
  readonly groupings: readonly string[]
}

export const columnsOf = (meta: readonly RawMeta[]): MetaColumns => {
  const filters = meta.filter((row) => row['col_type'] === 'Filter')
  return {
    filters,
    indicators: meta.filter((row) => row['col_type'] === 'Indicator'),
    groupings: filters.map((row) => row['filter_grouping_column'] ?? '').filter((name) => name !== ''),
  }
}

/** Filters and grouping columns that the data have, each once. */
export const keyColumns = ({ columns, data }: Pick<ScannedPair, 'columns' | 'data'>): readonly string[] => [
  ...new Set(
    [...columns.filters.map((row) => row['col_name'] ?? ''), ...columns.groupings].filter((name) =>
      data.header.includes(name),
    ),
  ),
]

export const levelsOf = ({ standards, data }: ScannedPair): readonly GeographicLevel[] =>
  standards.levels.filter(({ name }) => data.levels.has(name))
