import type { Analytics } from '../analytics/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import type { PairsOf } from './candidates-sql.ts'
import type { LinkageDefinition } from './definition.ts'
import { fieldSql } from './field-sql.ts'

/** A file of records: CSV with a heading, or Parquet. It stands in a folder that the engine may read. */
export interface RecordFile {
  readonly path: string
  /** What a person calls it, for messages. */
  readonly name: string
}

/**
 * Makes `record` from one file or two: `n` counts from 0 in the order of file and id, so that the order of a file's rows
 * changes nothing; `source` is 0 or 1; `id` the record's name; then the fields, and for each field `<field>$share`: how
 * large a share of all records with the field has this value.
 *
 * @returns records a file
 */
export async function loadRecords(
  analytics: Analytics,
  definition: LinkageDefinition,
  files: readonly [RecordFile] | readonly [RecordFile, RecordFile],
): Promise<readonly number[]> {
  const fields = [...definition.fields]
  for (const [source, file] of files.entries()) {
    const reading = readSql(file)
    const columns = await columnsOf(analytics, reading, file)
    for (const column of [definition.id, ...fields.map(([, field]) => field.column)])
      if (!columns.has(column))
        throw new GatehouseError('bad-input', `${file.name} has no column “${column}”.`, {
          where: file.name,
          why: 'The configuration names it.',
          todo: `Mend the configuration, or the file. Its columns: ${[...columns].join(', ')}.`,
        })
    const texts = [...new Set(fields.map(([, field]) => field.column))].map(
      (column) => `CAST(${quoted(column)} AS VARCHAR) AS ${quoted(column)}`,
    )
    await analytics.run(
      `CREATE TABLE "file${String(source)}" AS SELECT ${String(source)} AS "source$", "id$", ${fields.map(([name, field]) => `${fieldSql(field)} AS ${quoted(`${name}$field`)}`).join(', ')} FROM (SELECT trim(CAST(${quoted(definition.id)} AS VARCHAR)) AS "id$", ${texts.join(', ')} FROM ${reading})`,
    )
    const [check] = await analytics.rows(
      `SELECT count(*) AS records, count(DISTINCT "id$") AS ids FROM "file${String(source)}"`,
    )
    if (check?.['records'] !== check?.['ids'])
      throw new GatehouseError(
        'bad-input',
        `${file.name} names records twice, or leaves some without a name.`,
        {
          where: `column “${definition.id}”`,
          why: `${String(check?.['records'])} records have ${String(check?.['ids'])} different names.`,
          todo: 'Name each record once.',
        },
      )
  }
  const all = files.map((_, source) => `SELECT * FROM "file${String(source)}"`).join(' UNION ALL ')
  const names = fields.map(([name]) => name)
  const shares = names.filter((name) => rarityOf(definition).has(name))
  await analytics.run(
    `CREATE TABLE record AS SELECT row_number() OVER (ORDER BY "source$", "id$") - 1 AS n, "source$" AS source, "id$" AS id, ${names.map((name) => `${quoted(`${name}$field`)} AS ${quoted(name)}`).join(', ')}${shares.map((name) => `, CASE WHEN ${quoted(`${name}$field`)} IS NULL THEN NULL ELSE count(*) OVER (PARTITION BY ${quoted(`${name}$field`)}) / count(${quoted(`${name}$field`)}) OVER () END AS ${quoted(`${name}$share`)}`).join('')} FROM (${all}) ORDER BY n`,
  )
  const counts = await analytics.rows(
    'SELECT source, count(*) AS many FROM record GROUP BY source ORDER BY source',
  )
  for (const [source] of files.entries()) await analytics.run(`DROP TABLE "file${String(source)}"`)
  return files.map((_, source) => Number(counts.find((row) => row['source'] === source)?.['many'] ?? 0))
}

/** Fields whose values' rarity counts. */
export const rarityOf = ({ comparisons }: Pick<LinkageDefinition, 'comparisons'>): ReadonlySet<string> =>
  new Set(
    comparisons
      .filter(({ termFrequency }) => termFrequency)
      .flatMap((each) => (each.kind === 'names' ? [each.first, each.last] : [each.field])),
  )

export const pairsOf = (files: readonly unknown[]): PairsOf => (files.length === 2 ? 'two files' : 'one file')

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const readSql = ({ path }: RecordFile): string => {
  const named = `'${path.replaceAll("'", "''")}'`
  return /\.parquet$/iu.test(path)
    ? `read_parquet(${named})`
    : `read_csv(${named}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', strict_mode = true)`
}

/** A heading's names without the blanks around them: some files put one after each comma. */
async function columnsOf(
  analytics: Analytics,
  reading: string,
  file: RecordFile,
): Promise<ReadonlySet<string>> {
  try {
    const described = await analytics.rows(`DESCRIBE SELECT * FROM ${reading}`)
    return new Set(described.map((row) => String(row['column_name'])))
  } catch (error) {
    throw new GatehouseError('bad-input', `${file.name} can’t be read as a table.`, {
      where: file.name,
      todo: 'Give a CSV file with a heading and commas, or a Parquet file.',
      cause: error,
    })
  }
}
