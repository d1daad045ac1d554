import { stridesOf, type Dimension } from '../../../core/disclosure/index.ts'

/** A row of a published data file by its columns. */
export type PublishedRow = Readonly<Record<string, string>>

export interface PublishedPlaces {
  readonly dimension: Dimension
  positionOf(row: PublishedRow): number
  /**
   * Gives people whose place isn’t known a part of their own, which no row is about: England less its regions where all of
   * them are shown; unknown where one is hidden.
   */
  complete(values: Float64Array, dimensions: readonly Dimension[]): Float64Array
}

const unknown = 'not available'
const nameOf = (row: PublishedRow): string => {
  const level = row['geographic_level']
  if (level === 'Regional') return `region ${row['region_code'] ?? ''}`
  if (level === 'Local authority') return `la ${row['old_la_code'] ?? ''}`
  if (level === 'School') return `school ${row['school_urn'] ?? ''}`
  return row['country_code'] ?? ''
}

/** The places of published rows as a tree: England, its regions, their authorities, their schools. */
export function placeTree(rows: readonly PublishedRow[]): PublishedPlaces {
  const items: string[] = []
  const within: number[] = []
  const at = new Map<string, number>()
  const add = (name: string, whole: number): void => {
    if (at.has(name)) return
    at.set(name, items.push(name) - 1)
    within.push(whole)
  }
  for (const level of ['National', 'Regional', 'Local authority', 'School'])
    for (const row of rows) {
      if (row['geographic_level'] !== level) continue
      const whole =
        level === 'National'
          ? -1
          : level === 'Regional'
            ? 0
            : level === 'Local authority'
              ? (at.get(`region ${row['region_code'] ?? ''}`) ?? 0)
              : (at.get(`la ${row['old_la_code'] ?? ''}`) ?? 0)
      add(nameOf(row), whole)
    }
  const parts = Array.from(items.keys()).filter((item) => within[item] === 0)
  add(unknown, 0)
  const rest = at.get(unknown) ?? 0
  return {
    dimension: { name: 'place', items, within },
    positionOf: (row) => at.get(nameOf(row)) ?? rest,
    complete(values, dimensions) {
      const [stride = 1] = stridesOf(dimensions)
      for (let i = 0; i < stride; i++) {
        const sum = parts.reduce((total, part) => total + (values[part * stride + i] ?? NaN), 0)
        const left = (values[i] ?? NaN) - sum
        // Where a region is hidden so may be those of no known place; where all figures add up, there are none.
        values[rest * stride + i] = Number.isNaN(left) ? 0 : left
      }
      return values
    },
  }
}
