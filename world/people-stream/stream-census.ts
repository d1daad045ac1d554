import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import { censusSql } from './census-sql.ts'

export interface CensusOptions {
  /** Pupils: a row each, of spring. */
  readonly rows: number
  readonly seed: number
  /** The year in which the academic year ends; 2025 unless told. */
  readonly academicYear?: number
}

/**
 * Writes a nation's spring census as one Parquet file, a row a pupil, in the order of schools; returns its path. The engine draws
 * the rows itself and writes them as they come.
 */
export async function streamCensus(folder: string, options: CensusOptions): Promise<string> {
  await mkdir(folder, { recursive: true })
  const year = options.academicYear ?? 2025
  const file = join(folder, `school-census-${String(year)}.parquet`)
  const analytics = await openAnalytics({ folders: [folder], threads: 1, memory: '1GB' })
  try {
    await analytics.run(
      `COPY (${censusSql({ ...options, academicYear: year })}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
    )
    return file
  } finally {
    analytics.close()
  }
}
