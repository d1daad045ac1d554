import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { openAnalytics } from '../../../core/analytics/index.ts'
import type { TableDeclaration } from '../declare/declaration.ts'
import { readStatistics } from '../declare/read-statistics.ts'
import { tableSql } from './table-sql.ts'
import { madePupils, type MadePupil } from './testing/made-pupils.ts'

const read = await readStatistics(new URL('../../../../policy', import.meta.url).pathname)
assert.ok(read.ok)
const { tables } = read.value
const pupils = madePupils(1500, 5)
const columns = Object.keys(pupils[0] ?? {}) as (keyof MadePupil)[]
const quoted = (value: string | number | null): string =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`
const statements = [
  `CREATE TABLE school_census (${columns.map((column) => `${column} ${typeof pupils[0]?.[column] === 'number' ? 'BIGINT' : 'VARCHAR'}`).join(', ')})`,
  `INSERT INTO school_census VALUES ${pupils.map((pupil) => `(${columns.map((column) => quoted(pupil[column])).join(', ')})`).join(', ')}`,
  'CREATE TABLE establishment (academic_year BIGINT, urn VARCHAR, phase VARCHAR)',
  `INSERT INTO establishment VALUES ${[...new Set(pupils.map(({ academic_year, urn }) => `(${String(academic_year)}, '${urn}', '${Number(urn) % 2 === 0 ? 'PS' : 'SS'}')`))].join(', ')}`,
]
const analytics = await openAnalytics({ memory: '256MB' })
const postgres = await PGlite.create()
for (const statement of statements) {
  await analytics.run(statement)
  await postgres.exec(statement)
}
after(async () => {
  analytics.close()
  await postgres.close()
})

/** The cells of a statement as text, in an order of our own. */
const cells = (rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  rows
    .map((row) =>
      Object.keys(row)
        .sort()
        .map((name) => `${name}=${String(row[name])}`)
        .join(' '),
    )
    .sort()

async function same(table: TableDeclaration, breakdown: readonly number[]): Promise<number> {
  const { sql } = tableSql(table, breakdown, { keys: false })
  const [ours, theirs] = [
    cells(await analytics.rows(sql)),
    cells((await postgres.query<Record<string, unknown>>(sql)).rows),
  ]
  assert.deepEqual(ours, theirs)
  return ours.length
}

describe('the statements of tables', () => {
  const declared = [...tables.values()].filter(({ dataset }) => dataset === 'school_census')

  it('are answered alike by DuckDB and PostgreSQL, for every breakdown that is declared', async () => {
    let answered = 0
    for (const table of declared)
      for (const breakdown of table.breakdowns) answered += await same(table, breakdown)
    assert.ok(declared.length >= 4 && answered > 500)
  })

  it('are so for any other breakdown, population and level', async () => {
    const filters = [
      ...new Map(
        declared.flatMap(({ filters: own }) => own.map((each) => [each.name, each] as const)),
      ).values(),
    ]
    const [first] = declared
    assert.ok(first)
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(filters, { maxLength: 4 }),
        fc.boolean(),
        fc.subarray(['1', '2', '3', '4', 'R'], { minLength: 1 }),
        async (own, school, years) => {
          await same(
            {
              ...first,
              filters: own,
              levels: school ? ['National', 'School'] : ['National', 'Local authority'],
              population: [{ column: 'ncyear', in: years }],
            },
            own.map((_, at) => at),
          )
        },
      ),
      { numRuns: 40 },
    )
  })
})
