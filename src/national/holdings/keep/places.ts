import { join } from 'node:path'

/** A part of a data set that is built and replaced as a whole. */
export interface PartitionId {
  readonly dataset: string
  /** The year in which the academic year ends; 0: of all years together. */
  readonly academicYear: number
  readonly term: string
  readonly version: string
}

export type PartitionKey = Omit<PartitionId, 'version'>

export const partitionKeyOf = ({ dataset, academicYear, term }: PartitionKey): string =>
  `${dataset}/${String(academicYear)}-${term}`

export const partitionName = (of: PartitionId): string =>
  `${of.dataset}-${String(of.academicYear)}-${of.term}-${of.version}`

/** `parts/<data set>/year=<year>/term=<term>/version=<version>/`: nothing in a path tells of a person. */
export const partFolder = (folder: string, of: PartitionId): string =>
  join(
    folder,
    'parts',
    of.dataset,
    `year=${String(of.academicYear)}`,
    `term=${of.term}`,
    `version=${of.version}`,
  )
export const editionFile = (folder: string, number: number): string =>
  join(folder, 'editions', `${String(number).padStart(6, '0')}.json`)

export const manifestFile = 'manifest.json'
export const attributesFile = 'part-0000.parquet'
export const sealedFile = 'part-0000.parquet.sealed'
export const identitiesFile = 'identities.sealed'
