import { keySpace, stridesOf, type Dimension } from '../../../core/disclosure/index.ts'
import type { FilterDeclaration, TableDeclaration } from '../declare/declaration.ts'
import type { Geography } from '../declare/geography.ts'
import { placesOf, unknownPlace, type Places, type School } from './places.ts'
import type { StatisticsSource } from './source.ts'
import { tableSql } from './table-sql.ts'

/** One breakdown of one year, whole: a value for every combination of place and items, totals included. */
export interface Cells {
  readonly filters: readonly FilterDeclaration[]
  /** Place first, then the filters. */
  readonly dimensions: readonly Dimension[]
  readonly strides: readonly number[]
  readonly size: number
  /** By indicator. Whole numbers. */
  readonly counts: ReadonlyMap<string, Float64Array>
  /** By indicator: the sum of the record keys of those counted. Where the policy asks for them. */
  readonly keys: ReadonlyMap<string, Float64Array>
}

export interface YearOfCells {
  readonly year: number
  readonly places: Places
  /** As the table’s breakdowns, in their order. */
  readonly breakdowns: readonly Cells[]
}

/** Counts every cell of a table, a year after the other. Returns the statements that were asked, too. */
export async function countCells(
  source: StatisticsSource,
  geography: Geography,
  table: TableDeclaration,
): Promise<{ readonly years: readonly YearOfCells[]; readonly statements: readonly string[] }> {
  const keyed = table.policy.kind === 'cell-key'
  const school = table.levels.includes('School')
  const answers = []
  for (const breakdown of table.breakdowns) {
    const asked = tableSql(table, breakdown, { keys: keyed })
    answers.push({ ...asked, rows: await source.analytics.rows(asked.sql) })
  }
  const years = new Set(answers.flatMap(({ rows }) => rows.map((row) => Number(row['g0']))))
  const counted: YearOfCells[] = []
  for (const year of [...years].sort((a, b) => a - b)) {
    const own = answers.map((answer) => ({
      ...answer,
      rows: answer.rows.filter((row) => Number(row['g0']) === year),
    }))
    const authorities = new Set(
      own.flatMap(({ rows }) => rows.flatMap((row) => (row['g1'] === null ? [] : [textOf(row['g1'])]))),
    )
    const places = placesOf(
      geography,
      year,
      [...authorities],
      school ? await schoolsOf(source, year, own) : [],
    )
    counted.push({
      year,
      places,
      breakdowns: own.map(({ rows, filters, counted: indicators }) =>
        cellsOf(
          places,
          filters,
          indicators.map(({ name }) => name),
          rows,
          { school, keyed },
        ),
      ),
    })
  }
  return { years: counted, statements: answers.map(({ sql }) => sql) }
}

type Row = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

function cellsOf(
  places: Places,
  filters: readonly FilterDeclaration[],
  indicators: readonly string[],
  rows: readonly Row[],
  { school, keyed }: { readonly school: boolean; readonly keyed: boolean },
): Cells {
  const dimensions = [
    places.dimension,
    ...filters.map(({ name, items }) => ({ name, items, within: items.map((_, at) => (at === 0 ? -1 : 0)) })),
  ]
  const strides = stridesOf(dimensions)
  const size = dimensions.reduce((product, { items }) => product * items.length, 1)
  const counts = new Map(indicators.map((name) => [name, new Float64Array(size)]))
  const keys = new Map(keyed ? indicators.map((name) => [name, new Float64Array(size)]) : [])
  const firstFilter = school ? 3 : 2
  for (const row of rows) {
    const place = school ? `school ${textOf(row['g2'])}` : `la ${textOf(row['g1'])}`
    const unknown = places.positionOf.get(unknownPlace) ?? 0
    let at = (places.positionOf.get(place) ?? unknown) * (strides[0] ?? 1)
    filters.forEach((_, f) => {
      at += Number(row[`g${String(f + firstFilter)}`]) * (strides[f + 1] ?? 1)
    })
    indicators.forEach((name, i) => {
      const values = counts.get(name)
      if (values) values[at] = (values[at] ?? 0) + Number(row[`i${String(i)}`])
      const sums = keys.get(name)
      if (sums)
        sums[at] =
          ((sums[at] ?? 0) + Number(BigInt(String(row[`k${String(i)}`])) % BigInt(keySpace))) % keySpace
    })
  }
  for (const values of counts.values()) rollUp(values, dimensions, strides, Infinity)
  for (const sums of keys.values()) rollUp(sums, dimensions, strides, keySpace)
  return { filters, dimensions, strides, size, counts, keys }
}

/** Adds every part to its whole, a dimension after the other; below `modulo`. */
export function rollUp(
  values: Float64Array,
  dimensions: readonly Dimension[],
  strides: readonly number[],
  modulo: number,
): void {
  dimensions.forEach(({ items, within }, d) => {
    const stride = strides[d] ?? 1
    const block = stride * items.length
    for (let start = 0; start < values.length; start += block)
      // A part stands after its whole: going backwards, every part is complete before it is added.
      for (let item = items.length - 1; item > 0; item--) {
        const [from, to] = [start + item * stride, start + (within[item] ?? 0) * stride]
        for (let i = 0; i < stride; i++) {
          const sum = (values[to + i] ?? 0) + (values[from + i] ?? 0)
          values[to + i] = modulo === Infinity ? sum : sum % modulo
        }
      }
  })
}

async function schoolsOf(
  { analytics }: StatisticsSource,
  year: number,
  answers: readonly { readonly rows: readonly Row[] }[],
): Promise<readonly School[]> {
  const authorityOf = new Map(
    answers.flatMap(({ rows }) =>
      rows.flatMap((row) =>
        row['g1'] === null || row['g2'] === null ? [] : [[textOf(row['g2']), textOf(row['g1'])] as const],
      ),
    ),
  )
  const known = new Map(
    (
      await analytics.rows(
        `SELECT urn, name, laestab FROM establishment WHERE academic_year = ${String(year)} ORDER BY urn`,
      )
    ).map((row) => [textOf(row['urn']), row]),
  )
  return [...authorityOf].map(([urn, oldLaCode]) => ({
    urn,
    oldLaCode,
    name: textOf(known.get(urn)?.['name']) || `School ${urn}`,
    laestab: textOf(known.get(urn)?.['laestab']),
  }))
}
