import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { canonicalJson } from '../../../core/standards/index.ts'
import {
  writeDataFile,
  writeMetaFile,
  type EesRow,
  type EesStandards,
} from '../../../core/standards/ees/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { DisclosurePolicy, TableDeclaration } from '../declare/declaration.ts'
import type { Geography } from '../declare/geography.ts'
import { countCells } from './count-cells.ts'
import { chartPoints, drawChart } from './draw-chart.ts'
import { protect, type Protected, type YearAudit } from './protect.ts'
import { giveRecordKeys } from './record-keys.ts'
import type { StatisticsSource } from './source.ts'
import { levelsOf, metaOf, rowsOf } from './write-table.ts'

export interface BuildOptions {
  readonly table: TableDeclaration
  /** In the place of the publication’s own: what a draft would look like under another. */
  readonly policy?: DisclosurePolicy
  readonly source: StatisticsSource
  readonly geography: Geography
  readonly standards: EesStandards
  readonly out: string
  /** The secret of the series’ record keys; needed where the policy adds noise. */
  readonly secret?: Uint8Array
  readonly engine: string
  readonly gatehouse: string
}

export interface BuiltTable {
  readonly table: string
  readonly policy: string
  readonly rows: number
  readonly years: readonly number[]
  readonly files: readonly string[]
  /** SHA-256 of the data file. */
  readonly digest: string
  readonly confidential: number
  readonly secondary: number
  /** Whether every confidential cell is safe from whoever reads all that is published. */
  readonly safe: boolean
  readonly unsafe: readonly string[]
}

/**
 * Builds a declared table into a folder that isn’t there yet: the pair of data and metadata, what the audit found, where the
 * figures come from, and a chart. The same holdings and policy give the same bytes.
 * @throws GatehouseError `conflict` where the folder is there, `bad-input` where the data set has no rows of the population
 */
export async function buildTable(options: BuildOptions): Promise<BuiltTable> {
  const { source, geography, standards, out } = options
  const policy = options.policy ?? options.table.policy
  const table = { ...options.table, policy }
  if (
    await readdir(out).then(
      (names) => names.length > 0,
      () => false,
    )
  )
    throw new GatehouseError('conflict', 'The folder to build into is there already.', {
      where: basename(out),
      todo: 'Name another.',
    })
  if (policy.kind === 'cell-key') {
    if (!options.secret) throw new Error('a policy with noise needs the secret of its series')
    await giveRecordKeys(source, table, options.secret)
  }
  const counted = await countCells(source, geography, table)
  const years = counted.years.filter(({ year }) => isComplete(table, source, year))
  if (years.length === 0)
    throw new GatehouseError('bad-input', 'Nobody is in the table.', {
      why:
        counted.years.length === 0
          ? `The holdings have no rows of its population in ${table.dataset}.`
          : 'No year is held with all the terms that it takes.',
      todo: 'Build the holdings first, or look at the population that the table declares.',
    })
  const made: Protected[] = []
  for (const year of years) made.push(await protect(table, policy, year))
  const draft = `${out}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  let rows = 0
  function* all(): Generator<EesRow> {
    for (const [y, year] of years.entries())
      for (const row of rowsOf(table, year, made[y]?.shown ?? [])) {
        rows++
        yield row
      }
  }
  const shape = { levels: levelsOf(table), meta: metaOf(table) }
  const digest = await writeHashed(join(draft, `${table.name}.csv`), writeDataFile(standards, shape, all()))
  const meta = writeMetaFile(shape.meta)
  await writeFile(join(draft, `${table.name}.meta.csv`), meta)
  const audits = made.map(({ audit }) => audit)
  await writeJson(join(draft, 'audit.json'), auditReport(policy, audits))
  await writeJson(join(draft, 'lineage.json'), {
    table: table.name,
    publication: table.publication,
    gatehouse: options.gatehouse,
    engine: options.engine,
    policy: { ...policy },
    declaration: sha256(canonicalJson(declared(table))),
    statements: counted.statements.map(sha256),
    holdings: source.versions.map((each) => ({ ...each })),
    people: table.indicators[0]?.name ?? '',
    outcomes: outcomesOf(table),
    breakdowns: table.breakdowns.map((each) => each.flatMap((at) => table.filters[at]?.name ?? [])),
    data: digest,
    metadata: sha256(meta),
  })
  const points = chartPoints(
    table,
    years,
    made.map(({ shown }) => shown),
  )
  await writeFile(join(draft, 'chart.svg'), await drawChart(table, points))
  await mkdir(dirname(out), { recursive: true })
  await rm(out, { recursive: true, force: true })
  await rename(draft, out)
  const unsafe = audits.flatMap(({ unsafe: each }) => each)
  return {
    table: table.name,
    policy: policy.id,
    rows,
    years: years.map(({ year }) => year),
    files: (await readdir(out)).sort(),
    digest,
    confidential: audits.reduce((sum, { confidential }) => sum + confidential, 0),
    secondary: audits.reduce((sum, { secondary }) => sum + secondary, 0),
    safe: unsafe.length === 0,
    unsafe,
  }
}

/** Whether a year’s data set is held with all the terms that the table asks for. */
const isComplete = ({ complete }: TableDeclaration, { versions }: StatisticsSource, year: number): boolean =>
  complete === null ||
  complete.terms.every((term) =>
    versions.some(
      ({ dataset, period }) => dataset === complete.dataset && period === `${String(year)} ${term}`,
    ),
  )

export const outcomesOf = ({ indicators }: TableDeclaration): readonly string[] =>
  indicators.flatMap((each) => (each.kind === 'count' && each.where !== null ? [each.name] : []))

const audited: Readonly<Record<DisclosurePolicy['kind'], string>> = {
  none: 'Nothing is hidden: the publication’s policy shows counts as they are.',
  percentages: 'Nothing is hidden: the publication’s policy rounds percentages.',
  threshold: 'Every hidden cell was solved from all that the file shows; see intervals.',
  'redact-round': 'Totals are sums of rounded cells: a hidden cell is not in them.',
  'midpoint-6': 'Every figure stands for six; no figure is exact.',
  'cell-key': 'Every figure has noise of its own; no figure is exact.',
}

function auditReport(policy: DisclosurePolicy, years: readonly YearAudit[]): unknown {
  return {
    policy: policy.id,
    method: audited[policy.kind],
    safe: years.every(({ unsafe }) => unsafe.length === 0),
    years: years.map(({ year, cells, confidential, secondary, unsafe, exposed, intervals }) => ({
      year,
      cells,
      confidential,
      secondary,
      unsafe,
      exposed: exposed.length,
      // Which of the hidden cells are the confidential ones is not said: it would tell their size.
      intervals: intervals.map(({ name, least, greatest, exact }) => ({
        cell: name,
        least,
        greatest,
        exact,
      })),
    })),
  }
}

const declared = (table: TableDeclaration): unknown => ({
  ...table,
  with: Object.fromEntries(table.with),
  filters: table.filters.map((filter) => ({ ...filter, codes: Object.fromEntries(filter.codes) })),
})

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 1)}\n`)

async function writeHashed(path: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  try {
    for await (const piece of pieces) {
      hash.update(piece)
      await file.write(piece)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}
