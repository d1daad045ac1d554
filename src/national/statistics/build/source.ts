import type { Analytics } from '../../../core/analytics/index.ts'

/** A version of a data set that a table was made from. */
export interface SourceVersion {
  readonly dataset: string
  readonly period: string
  readonly version: string
  /** SHA-256 of the manifest that lists its files and their hashes. */
  readonly manifest: string
}

/**
 * The accepted data as tables read it: a view a data set, with `academic_year` (the year in which it ends), `urn`, `la_code`
 * (three digits) and its own columns; and `establishment` (`academic_year`, `urn`, `name`, `laestab`).
 */
export interface StatisticsSource {
  readonly analytics: Analytics
  readonly versions: readonly SourceVersion[]
}
