import {
  audit,
  linkTables,
  wideEnough,
  type Cube,
  type Interval,
  type LinkedTables,
} from '../../../core/disclosure/index.ts'
import type { DisclosurePolicy } from '../declare/declaration.ts'

export type ThresholdPolicy = DisclosurePolicy & { readonly kind: 'threshold' }

/** What somebody can tell who reads all that is published of one year. */
export interface AuditedCubes {
  readonly tables: LinkedTables
  readonly intervals: readonly (Interval & { readonly name: string; readonly safe: boolean })[]
}

/** Solves the interval of every hidden cell of linked cubes (NaN: hidden) under a threshold policy. */
export async function auditCubes(cubes: readonly Cube[], policy: ThresholdPolicy): Promise<AuditedCubes> {
  const tables = linkTables(cubes)
  const needed = { threshold: policy.below, width: policy.width }
  const { intervals } = await audit(tables, tables.values, {
    atLeast: policy.hideZeros ? 0 : 1,
    enough: needed,
  })
  const nameOf = cellNames(tables)
  return {
    tables,
    intervals: intervals.map((interval) => ({
      ...interval,
      name: nameOf(interval.cell),
      safe: wideEnough(needed, interval.least, interval.greatest),
    })),
  }
}

/** A cell by its items: places and categories, never people. */
export function cellNames({ tables }: LinkedTables): (cell: number) => string {
  const first = new Map<number, { readonly table: number; readonly at: number }>()
  tables.forEach(({ cell }, t) => {
    cell.forEach((each, at) => {
      if (!first.has(each)) first.set(each, { table: t, at })
    })
  })
  return (cell) => {
    const found = first.get(cell)
    const table = found && tables[found.table]
    if (!found || !table) return ''
    return table.dimensions
      .map(({ items }, d) => items[Math.floor(found.at / (table.strides[d] ?? 1)) % items.length] ?? '')
      .join(' | ')
  }
}
