import { join } from 'node:path'
import type { Analytics } from '../../../core/analytics/index.ts'
import { named, parquet, quoted } from '../build/sql-words.ts'
import { sqlType } from '../build/source-sql.ts'
import type { Version } from '../build/versions.ts'
import { allDatasets, type Dataset } from '../declare/declaration.ts'
import { readRecords } from '../declare/read-table.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { verifyFile } from '../keep/manifest.ts'
import type { Unsealed } from './unsealed.ts'

/**
 * A view for each data set over the versions given, every file read through and compared with its manifest first. A data set of which
 * nothing is held is there, without rows.
 */
export async function attachViews(
  analytics: Analytics,
  home: HoldingsHome,
  versions: readonly Version[],
  clear: Unsealed,
): Promise<void> {
  const held = Map.groupBy(versions, ({ id }) => id.dataset)
  for (const dataset of allDatasets(home.declarations)) {
    const parts: string[] = []
    for (const version of held.get(dataset.id) ?? []) {
      const file = await fileOf(home, version, clear)
      const columns = new Set(version.manifest.schema.map(({ name }) => name))
      parts.push(`SELECT ${selected(home, dataset, version, columns).join(', ')} FROM ${parquet([file])}`)
    }
    await analytics.run(
      `CREATE VIEW ${named(dataset.id)} AS ${parts.length > 0 ? parts.join(' UNION ALL ') : emptySql(home, dataset)}`,
    )
  }
  await attachGeography(analytics, home)
}

export async function fileOf(
  home: HoldingsHome,
  { id, manifest }: Version,
  clear: Unsealed,
): Promise<string> {
  const file = await verifyFile(home.folder, id, manifest.file)
  return manifest.file.sealed ? clear.open(id, file) : file
}

/** The columns of a view, in the order of its declaration; one that a version has not got is null in its rows. */
function selected(
  home: HoldingsHome,
  dataset: Dataset,
  { id, manifest }: Version,
  has: ReadonlySet<string>,
): readonly string[] {
  return viewColumns(home, dataset).map(({ name, type }) => {
    if (name === 'version') return `${quoted(id.version)} AS version`
    if (name === 'matching_run') return `${quoted(String(manifest.matchingRun))} AS matching_run`
    if (name === 'term' && !has.has(name)) return `${quoted(id.term)} AS term`
    return has.has(name) ? named(name) : `NULL::${type} AS ${named(name)}`
  })
}

export function viewColumns(
  home: HoldingsHome,
  dataset: Dataset,
): readonly { readonly name: string; readonly type: string }[] {
  const own = dataset.columns.filter((column) => !column.identifies)
  const common = home.declarations.common
    .filter(({ name }) => dataset.kind === 'source' || ['term', 'version', 'matching_run'].includes(name))
    .filter(({ name }) => !own.some((each) => each.name === name))
  return [...common, ...own].map(({ name, type }) => ({ name, type: sqlType(type) }))
}

const emptySql = (home: HoldingsHome, dataset: Dataset): string =>
  `SELECT ${viewColumns(home, dataset)
    .map(({ name, type }) => `NULL::${type} AS ${named(name)}`)
    .join(', ')} WHERE false`

/** Authorities with their codes on 31 August before each academic year. */
async function attachGeography(analytics: Analytics, home: HoldingsHome): Promise<void> {
  const folder = join(home.collector.policyFolder, 'geography')
  const regions = new Map(
    (await readRecords(join(folder, 'regions.csv'))).map((row) => [row['region_code'], row['region_name']]),
  )
  const rows = (await readRecords(join(folder, 'authorities.csv')))
    .filter((row) => row['old_la_code'] !== '')
    .map((row) =>
      [
        row['old_la_code'],
        row['new_la_code'],
        row['la_name'],
        row['region_code'],
        regions.get(row['region_code']) ?? '',
        row['valid_from'],
        row['valid_to'],
      ]
        .map((cell) => quoted(cell ?? ''))
        .join(', '),
    )
  await analytics.run(
    'CREATE TABLE authority (la_code VARCHAR, new_la_code VARCHAR, la_name VARCHAR, region_code VARCHAR, region_name VARCHAR, valid_from VARCHAR, valid_to VARCHAR)',
  )
  await analytics.run(`INSERT INTO authority VALUES ${rows.map((row) => `(${row})`).join(', ')}`)
  await analytics.run(`CREATE TABLE geography AS
    SELECT CAST(academic_year AS BIGINT) AS academic_year, la_code, new_la_code, la_name, region_code, region_name
    FROM authority, range(2002, 2061) AS years(academic_year)
    WHERE valid_from <= (academic_year - 1) || '-08-31' AND (valid_to = '' OR valid_to >= (academic_year - 1) || '-08-31')`)
}
