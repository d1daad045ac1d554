import { hide, linkTables, moveHolds, type Dimension } from '../../src/core/disclosure/index.ts'
import type { Measure } from '../import/index.ts'
import { flat, grouped, turnover } from './made-tables.ts'

const p = 10

interface Compared {
  readonly cells: number
  readonly dimensions: readonly Dimension[]
  /** Published for tables of this size: share of cells (and of value) that the hypercube and the modular method suppress. */
  readonly hypercube: string
  readonly modular: string
  readonly aim: number
}

// Handbook on Statistical Disclosure Control, 4.3: real tables that are not public. Ours are made, of the same sizes.
const sizes: readonly Compared[] = [
  {
    cells: 460,
    dimensions: [grouped('branch', 5, 40), flat('area', 9)],
    hypercube: '6.96 (0.18)',
    modular: '4.35 (0.05)',
    aim: 6.96,
  },
  {
    cells: 1050,
    dimensions: [grouped('branch', 8, 96), flat('area', 9)],
    hypercube: '10.95 (0.98)',
    modular: '8.29 (0.62)',
    aim: 10.95,
  },
  {
    cells: 8230,
    dimensions: [grouped('branch', 60, 762), flat('area', 9)],
    hypercube: '14.92 (6.78)',
    modular: '11.48 (1.51)',
    aim: 14.92,
  },
  {
    cells: 16530,
    dimensions: [grouped('branch', 40, 510), flat('area', 29)],
    hypercube: '14.97 (8.24)',
    modular: '11.13 (2.12)',
    aim: 14.97,
  },
  {
    cells: 8280,
    dimensions: [grouped('branch', 5, 40), flat('size', 17), flat('area', 9)],
    hypercube: '14.63 (6.92)',
    modular: '10.72 (1.41)',
    aim: 14.63,
  },
  {
    cells: 18900,
    dimensions: [grouped('branch', 8, 96), flat('size', 17), flat('area', 9)],
    hypercube: '17.31 (12.57)',
    modular: '15.41 (3.55)',
    aim: 17.31,
  },
  {
    cells: 148140,
    dimensions: [grouped('branch', 60, 762), flat('size', 17), flat('area', 9)],
    hypercube: '15.99 (23.16)',
    modular: '10.63 (3.91)',
    aim: 15.99,
  },
]

/** What protecting sums under a p% rule loses, and that each confidential sum is as uncertain as the rule asks. */
export const informationLost = (): readonly Measure[] => sizes.flatMap(lostIn)

function lostIn({ cells, dimensions, hypercube, modular, aim }: Compared, n: number): readonly Measure[] {
  const { cube, first, second } = turnover(dimensions, 11 + n)
  const tables = linkTables([cube])
  const protection = new Float64Array(tables.cells)
  tables.tables[0]?.cell.forEach((cell, at) => {
    const rest = (cube.values[at] ?? 0) - (first[at] ?? 0) - (second[at] ?? 0)
    protection[cell] = Math.max(0, Math.ceil((p * (first[at] ?? 0)) / 100 - rest))
  })
  const confidential = [...protection.keys()].filter((cell) => (protection[cell] ?? 0) > 0)
  const begun = performance.now()
  const { state, moves, left } = hide(tables, confidential, {
    threshold: 0,
    width: 1,
    hideZeros: false,
    growth: (cell) => protection[cell] ?? 0,
  })
  const seconds = (performance.now() - begun) / 1000
  let [hidden, value, all] = [0, 0, 0]
  tables.values.forEach((each, cell) => {
    all += each
    if (state[cell] !== 2) return
    hidden++
    value += each
  })
  const sample = [...moves.values()].filter((_, i) => i % Math.ceil(moves.size / 200) === 0)
  const wrong = sample.filter((move) => !moveHolds(tables, move, 1)).length
  const share = (100 * hidden) / tables.cells
  const name = `${String(cells)} cells in ${String(dimensions.length)} dimensions`
  return [
    {
      what: `${name}: hidden beyond the ${String(confidential.length)} confidential (published: hypercube ${hypercube}, modular ${modular})`,
      value: share,
      unit: '% of cells',
      aim: `≤ ${String(aim)}, the hypercube’s`,
      met: share <= aim && left.length === 0 && wrong === 0,
    },
    { what: `${name}: value in what is hidden beyond`, value: (100 * value) / all, unit: '% of value' },
    { what: `${name}: time`, value: seconds, unit: 's' },
  ]
}
