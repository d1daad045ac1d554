import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openAnalytics, type AnalyticsRow } from '../../../core/analytics/index.ts'
import { readCollection, termDefinition, type TermDefinition } from '../../../core/collections/index.ts'
import { loadCodes } from '../build/part-draft.ts'
import { derivedSql } from '../build/derived-sql.ts'
import { sourceSql, sqlType } from '../build/source-sql.ts'
import { named, quoted } from '../build/sql-words.ts'
import { allDatasets } from '../declare/declaration.ts'
import { declarationsOf } from '../declare/read-declarations.ts'
import { readRecords } from '../declare/read-table.ts'

export const declarations = await declarationsOf('policy')

type Value = string | number | null
export type HandMade = Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>

const literal = (value: Value | undefined): string =>
  value === undefined || value === null ? 'NULL' : typeof value === 'number' ? String(value) : quoted(value)

/** Rows of a derived data set for a year, over partitions written by hand; columns that a row leaves out are null. */
export async function derive(
  id: string,
  rows: HandMade,
  year: number,
  parameters: Readonly<Record<string, number>> = {},
): Promise<readonly AnalyticsRow[]> {
  const of = declarations.derived.get(id)
  if (!of) throw new Error(`no data set ${id}`)
  const analytics = await openAnalytics()
  try {
    for (const dataset of allDatasets(declarations)) {
      const columns = new Map(
        [...(dataset.kind === 'source' ? declarations.common : []), ...dataset.columns]
          .filter(({ identifies }) => !identifies)
          .map(({ name, type }) => [name, sqlType(type)]),
      )
      await analytics.run(
        `CREATE TABLE ${named(dataset.id)} (${[...columns].map(([name, type]) => `${named(name)} ${type}`).join(', ')})`,
      )
      for (const row of rows[dataset.id] ?? []) {
        const unknown = Object.keys(row).filter((name) => !columns.has(name))
        if (unknown.length > 0) throw new Error(`${dataset.id} has no ${unknown.join(', ')}`)
        await analytics.run(
          `INSERT INTO ${named(dataset.id)} VALUES (${[...columns.keys()].map((name) => literal(row[name])).join(', ')})`,
        )
      }
    }
    return await analytics.rows(derivedSql(of, year, parameters))
  } finally {
    analytics.close()
  }
}

export async function definitionOf(collection: string, year: number, term: string): Promise<TermDefinition> {
  const read = await readCollection('policy', collection, year)
  const definition = read.ok ? termDefinition(read.value, term) : null
  if (!definition) throw new Error(`no ${collection} ${String(year)} ${term}`)
  return definition
}

/** Rows of a data set of returns, over records written by hand: what `n` and `parent` are stands in each. */
export async function take(
  id: string,
  { year, term, part = 0 }: { readonly year: number; readonly term: string; readonly part?: number },
  tables: HandMade,
  people: Readonly<Record<number, string>> = {},
  hand: readonly number[] = [],
): Promise<{ readonly attributes: readonly AnalyticsRow[]; readonly identities: readonly AnalyticsRow[] }> {
  const of = declarations.sources.get(id)
  const round = of?.rounds.get(term)?.[part]
  if (!of || !round) throw new Error(`no part ${String(part)} of ${id} ${term}`)
  const definition = await definitionOf(of.collection, year, term)
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-hand-made-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const analytics = await openAnalytics({ folders: [folder] })
  try {
    const write = async (
      name: string,
      columns: readonly string[],
      rows: readonly string[],
    ): Promise<string> => {
      const file = join(folder, `${name}.parquet`)
      await analytics.run(
        `COPY (SELECT * FROM (VALUES ${rows.join(', ')}) AS t(${columns.map(named).join(', ')})) TO ${quoted(file)} (FORMAT parquet)`,
      )
      return file
    }
    const files = new Map<string, readonly string[]>()
    for (const [table, records] of Object.entries(tables)) {
      const items = [...(definition.tables.get(table)?.items.keys() ?? [])]
      const rows = records.map(
        (row) =>
          `(${[literal(row['return_id'] ?? 'r'), `${literal(row['n'])}::BIGINT`, `${literal(row['parent'])}::BIGINT`, ...items.map((item) => `${literal(row[item])}::VARCHAR`)].join(', ')})`,
      )
      files.set(table, [await write(table, ['return_id', 'n', 'parent', ...items], rows)])
    }
    const links = Object.entries(people).map(
      ([n, pmr]) => `('r', ${quoted(of.person ?? '')}, ${n}::BIGINT, ${quoted(pmr)}, 1)`,
    )
    const file = await write(
      'links',
      ['return_id', 'table', 'n', 'pmr', 'run'],
      links.length > 0 ? links : [`('', '', 0::BIGINT, '', 0)`],
    )
    await analytics.run('CREATE TABLE hand (return_id VARCHAR, n BIGINT)')
    for (const n of hand) await analytics.run(`INSERT INTO hand VALUES ('r', ${String(n)})`)
    for (const relation of of.relations.values())
      if (relation.codes)
        await loadCodes(
          analytics,
          `codes$${relation.codes.set}`,
          await readRecords(`policy/codes/${relation.codes.set}.csv`),
          ['code', 'meaning'],
        )
    for (const group of new Set(of.columns.flatMap((each) => (each.group === null ? [] : [each.group]))))
      await loadCodes(
        analytics,
        `group$${group}`,
        [...(declarations.groups.get(group) ?? [])].map(([code, to]) => ({ code, to })),
        ['code', 'to'],
      )
    const sql = sourceSql({
      of,
      definition,
      part: round,
      academicYear: year + round.year,
      files,
      links: file,
      hierarchies: {
        enrolment: ['C', 'M', 'F', 'O', 'S'],
        schoolTypesLast: ['50', '51', '54', '53'],
        nurseryYears: ['N1', 'N2'],
      },
    })
    for (const statement of sql.prepare) await analytics.run(statement)
    return {
      attributes: await analytics.rows(sql.attributes),
      identities: sql.identities === null ? [] : await analytics.rows(sql.identities),
    }
  } finally {
    analytics.close()
  }
}
