import type { Analytics } from '../../../core/analytics/index.ts'
import { named, quoted } from '../build/sql-words.ts'
import type { Version } from '../build/versions.ts'
import { allDatasets, type Column, type Dataset } from '../declare/declaration.ts'
import type { HoldingsHome } from '../holdings-home.ts'

const seasons: Readonly<Record<string, string>> = {
  AUT: 'Autumn',
  SPR: 'Spring',
  SUM: 'Summer',
  SUM6: 'Summer6th',
}

const filled = (pattern: string, year: number, term: string): string =>
  pattern
    .replaceAll('[yyyy]', String(year))
    .replaceAll('[yy]', String(year % 100).padStart(2, '0'))
    .replaceAll('[term]', term)
    .replaceAll('[Term]', seasons[term] ?? term)
    .replaceAll('[Season]', seasons[term] ?? term)

/** The name of a column in the National Pupil Database; the dictionary names it. `[n]` stays: rows are not unfolded into columns. */
export const aliasOf = ({ alias }: Pick<Column, 'alias'>, year: number, term: string): string | null =>
  alias === null ? null : filled(alias, year, term)

export const tableOf = ({ npd }: Pick<Dataset, 'npd'>, year: number, term: string): string | null =>
  npd === null ? null : filled(npd.table, year, term)

/** Text `2024/2025`, as the national tables write an academic year. */
const academicYear = (year: number): string => quoted(`${String(year - 1)}/${String(year)}`)

export interface AliasView {
  readonly table: string
  readonly sql: string
}

/**
 * A view for each census or year under its national name (`Spring_Census_2025`, the year in which the academic year ends), with the
 * columns that have an alias. The person reference stays inside: `PupilMatchingRefAnonymous` is made for each release.
 */
export function aliasViews(home: HoldingsHome, versions: readonly Version[]): readonly AliasView[] {
  const views = new Map<string, AliasView>()
  for (const dataset of allDatasets(home.declarations)) {
    if (dataset.npd === null || dataset.kind !== 'source') continue
    const periods = new Map(
      versions
        .filter(({ id }) => id.dataset === dataset.id)
        .map(({ id }) => [`${String(id.academicYear)} ${id.term}`, id]),
    )
    for (const { academicYear: year, term } of periods.values()) {
      const table = tableOf(dataset, year, term) ?? ''
      const perTerm = dataset.npd.table.includes('[Term]')
      const byAlias = new Map<string, string>()
      for (const column of dataset.columns) {
        const alias = column.identifies ? null : aliasOf(column, year, term)
        if (alias !== null && !byAlias.has(alias.toLowerCase()))
          byAlias.set(alias.toLowerCase(), `${named(column.name)} AS ${named(alias)}`)
      }
      const key = perTerm
        ? `${academicYear(year)} AS ${named(filled('AcademicYear_[term][yy]', year, term))}, `
        : ''
      const terms = perTerm ? ` AND term = ${quoted(term)}` : ''
      if (byAlias.size > 0 && (perTerm || !views.has(table)))
        views.set(table, {
          table,
          sql: `SELECT pmr, urn, la_code, ${perTerm ? '' : 'term, '}${key}${[...byAlias.values()].join(', ')} FROM ${named(dataset.id)} WHERE academic_year = ${String(year)}${terms}`,
        })
    }
  }
  return [...views.values()]
}

export async function attachAliases(
  analytics: Analytics,
  home: HoldingsHome,
  versions: readonly Version[],
): Promise<void> {
  for (const { table, sql } of aliasViews(home, versions))
    await analytics.run(`CREATE VIEW ${named(table)} AS ${sql}`)
}
