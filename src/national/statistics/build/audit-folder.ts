import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Cube, Dimension } from '../../../core/disclosure/index.ts'
import { filtersOf, readMetaFile, readRows } from '../../../core/standards/ees/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { policiesShape } from '../declare/shapes.ts'
import { auditCubes } from './audit-cubes.ts'
import { placeTree, type PublishedRow } from './published-places.ts'

export interface FolderAudit {
  readonly table: string
  readonly policy: string
  /** Whether the policy hides cells at all: only then is there something to solve. */
  readonly solved: boolean
  readonly safe: boolean
  readonly intervals: readonly {
    readonly period: string
    readonly cell: string
    readonly least: number
    readonly greatest: number
    readonly exact: boolean
    readonly safe: boolean
  }[]
}

const lineageShape = z.object({
  table: z.string().regex(/^[a-z0-9_-]+$/u),
  policy: z.looseObject({ id: z.string(), kind: z.string() }),
  people: z.string(),
  outcomes: z.array(z.string()),
  breakdowns: z.array(z.array(z.string())),
})

/**
 * What anybody can tell of each hidden cell of a built table, from its published files alone: no secret and nothing of the
 * build is used. A secondary cell may be known closely; a confidential one not, and from outside the two look alike: so every
 * hidden cell has to be as safe as a confidential one, or to be possible at the threshold or above in every table.
 * @throws GatehouseError `bad-input` where the folder holds no built table
 */
export async function auditFolder(folder: string): Promise<FolderAudit> {
  const names = await readdir(folder).catch(() => [] as string[])
  if (!names.includes('lineage.json'))
    throw new GatehouseError('bad-input', 'This folder holds no built table.', {
      where: 'lineage.json',
      todo: 'Name the folder that `gatehouse statistics build` wrote.',
    })
  const lineage = lineageShape.parse(JSON.parse(await readFile(join(folder, 'lineage.json'), 'utf8')))
  const { id, ...described } = lineage.policy
  const policy = policiesShape.parse({ [id]: described })[id]
  const done = { table: lineage.table, policy: id }
  if (policy?.kind !== 'threshold') return { ...done, solved: false, safe: true, intervals: [] }
  const meta = await readMetaFile(createReadStream(join(folder, `${lineage.table}.meta.csv`)))
  const totals = new Map(filtersOf(meta).map((filter) => [filter.column, filter.default ?? 'Total']))
  const rows: PublishedRow[] = []
  let header: readonly string[] | null = null
  for await (const portion of readRows(createReadStream(join(folder, `${lineage.table}.csv`))))
    for (const cells of portion.rows) {
      if (header === null) header = cells
      else rows.push(Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])))
    }
  const intervals: FolderAudit['intervals'][number][] = []
  for (const [period, own] of Map.groupBy(rows, (row) => row['time_period'] ?? '')) {
    const cubes = cubesOf(own, totals, lineage)
    // Those who don’t meet a condition stand in no file: their number can be nothing.
    const hideZeros = policy.hideZeros || lineage.outcomes.length > 0
    const { intervals: found } = await auditCubes(cubes, { id, ...policy, hideZeros })
    for (const { name, least, greatest, exact, safe } of found)
      intervals.push({ period, cell: name, least, greatest, exact, safe: safe || least >= policy.below })
  }
  return { ...done, solved: true, safe: intervals.every(({ safe }) => safe), intervals }
}

function cubesOf(
  rows: readonly PublishedRow[],
  totals: ReadonlyMap<string, string>,
  { people, outcomes, breakdowns }: z.infer<typeof lineageShape>,
): readonly Cube[] {
  const places = placeTree(rows)
  const itemsOf = (filter: string): readonly string[] => {
    const total = totals.get(filter) ?? 'Total'
    return [total, ...new Set(rows.map((row) => row[filter] ?? '').filter((item) => item !== total))]
  }
  return breakdowns.flatMap((filters): readonly Cube[] => {
    const dimensions: readonly Dimension[] = [
      places.dimension,
      ...filters.map((name) => {
        const items = itemsOf(name)
        return { name, items, within: items.map((_, at) => (at === 0 ? -1 : 0)) }
      }),
    ]
    const others = [...totals.keys()].filter((name) => !filters.includes(name))
    const mine = rows.filter((row) => others.every((name) => row[name] === totals.get(name)))
    const size = dimensions.reduce((product, { items }) => product * items.length, 1)
    const at = (row: PublishedRow): number =>
      dimensions.reduce(
        (sum, { items }, d) =>
          sum * items.length +
          (d === 0 ? places.positionOf(row) : items.indexOf(row[filters[d - 1] ?? ''] ?? '')),
        0,
      )
    const column = (name: string): Float64Array => {
      const values = new Float64Array(size).fill(NaN)
      for (const row of mine) values[at(row)] = numberOf(row[name])
      return places.complete(values, dimensions)
    }
    const all = column(people)
    if (outcomes.length === 0) return [{ dimensions, values: all }]
    return outcomes.map((name) => {
      const met = column(name)
      const values = new Float64Array(size * 3)
      for (let i = 0; i < size; i++) {
        values[3 * i] = all[i] ?? NaN
        values[3 * i + 1] = met[i] ?? NaN
        values[3 * i + 2] = (all[i] ?? NaN) - (met[i] ?? NaN)
      }
      return {
        dimensions: [...dimensions, { name, items: ['all', 'met', 'not met'], within: [-1, 0, 0] }],
        values,
      }
    })
  })
}

const numberOf = (cell: string | undefined): number =>
  cell !== undefined && /^\d+$/u.test(cell) ? Number(cell) : NaN
