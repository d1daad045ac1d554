import { z } from 'zod'
import type { AnalyticsRow } from '../../../core/analytics/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../../core/vocabulary/index.ts'
import type { Refused } from '../applications/handle.ts'
import type { ApplicationState } from '../applications/state.ts'
import { quoted } from '../extracts/build-files.ts'

const column = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/)
const value = z.union([z.string().max(100), z.int()])

const shape = z.strictObject({
  dataSet: column,
  years: z.array(z.int()).min(1).max(50),
  /** A column and the values that count; all must hold. */
  where: z.record(column, z.array(value).min(1).max(200)).default({}),
  groupBy: z.array(column).max(6).default([]),
})

/** What an analyst may ask: how many pupils, of which kind, in groups. A closed form: no text of it is ever SQL. */
export type Query = z.infer<typeof shape>

/** @throws GatehouseError `bad-input` */
export function readQuery(given: unknown): Query {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  throw new GatehouseError('bad-input', 'The query has another form.', {
    where: parsed.error.issues[0]?.path.map(String).join('.') || 'the query',
    why: 'A query names a data set, years, values of columns that count, and columns to group by.',
  })
}

/** One count with all that defines it: the values that each column may have. */
export interface Cell {
  readonly conditions: Readonly<Record<string, readonly string[]>>
  readonly pupils: number
}

/** Refuses whatever the agreement does not list: a column, or a year of it. */
export function withinAgreement(
  { answers }: ApplicationState,
  { dataSet, years, where, groupBy }: Query,
): Result<true, Refused> {
  const items = (answers.items ?? []).filter((item) => item.dataSet === dataSet)
  const always = new Set(['academic_year'])
  for (const name of new Set([...Object.keys(where), ...groupBy])) {
    if (always.has(name)) continue
    const item = items.filter((each) => each.column === name)
    if (item.length === 0)
      return fail({ code: 'item', says: `The agreement does not list ${dataSet}.${name}.` })
    const outside = years.filter((year) => !item.some(({ from, to }) => year >= from && year <= to))
    if (outside.length > 0)
      return fail({
        code: 'year',
        says: `The agreement does not list ${dataSet}.${name} for ${outside.join(', ')}.`,
      })
  }
  const outside = years.filter((year) => !items.some(({ from, to }) => year >= from && year <= to))
  return outside.length > 0
    ? fail({ code: 'year', says: `The agreement does not list ${dataSet} for ${outside.join(', ')}.` })
    : ok(true)
}

/** The statement, over the schools that the decision permits: whole numbers only, in a total order. */
export function queryStatement(
  { dataSet, years, where, groupBy }: Query,
  schools: readonly { laCode: string; urn: string; year: number }[],
): string {
  const columns = groupBy.map((name) => `"${name}"`)
  const byYear = years.map((year) => {
    const urns = schools.filter((school) => school.year === year).map(({ urn }) => quoted(urn))
    return urns.length === 0 ? 'false' : `(academic_year = ${String(year)} and urn in (${urns.join(', ')}))`
  })
  const conditions = Object.entries(where).map(
    ([name, values]) =>
      `cast("${name}" as varchar) in (${values.map((each) => quoted(String(each))).join(', ')})`,
  )
  const group = columns.length === 0 ? '' : ` group by ${columns.join(', ')} order by ${columns.join(', ')}`
  return `select ${[...columns, 'count(distinct pmr) as pupils'].join(', ')} from "${dataSet}" where pmr is not null and (${byYear.join(' or ')})${conditions.map((each) => ` and ${each}`).join('')}${group}`
}

/** The counts with what defines each, for the comparison with other releases. */
export const cellsOf = (
  { dataSet, years, where, groupBy }: Query,
  rows: readonly AnalyticsRow[],
): readonly Cell[] =>
  rows.map((row) => ({
    pupils: Number(row['pupils']),
    conditions: {
      '': [dataSet],
      academic_year: years.map(String).sort(),
      ...Object.fromEntries(Object.entries(where).map(([name, values]) => [name, values.map(String).sort()])),
      ...Object.fromEntries(
        groupBy.map((name) => [name, [String((row[name] as string | number | null) ?? '')]]),
      ),
    },
  }))
