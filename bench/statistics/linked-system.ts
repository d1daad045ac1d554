import {
  audit,
  confidentialCells,
  hide,
  linkTables,
  moveHolds,
  wideEnough,
} from '../../src/core/disclosure/index.ts'
import type { Measure } from '../import/index.ts'
import { linkedCubes } from './made-tables.ts'

const safety = { threshold: 5, width: 3 }

/** Three linked tables of over 100,000 cells: what is confidential hidden, and every hidden cell's interval solved from what is left. */
export async function linkedSystem(pupils = 2_000_000): Promise<readonly Measure[]> {
  const cubes = linkedCubes(pupils)
  const begun = performance.now()
  const tables = linkTables(cubes)
  const confidential = confidentialCells(tables, safety.threshold)
  const { state, moves, left } = hide(tables, confidential, { ...safety, hideZeros: false })
  const hiding = (performance.now() - begun) / 1000
  const known = Float64Array.from(tables.values, (value, cell) => (state[cell] === 0 ? value : NaN))
  const found = await audit(tables, known, { atLeast: 1, enough: safety })
  const whole = (performance.now() - begun) / 1000
  const secret = new Set(confidential)
  const narrow = found.intervals.filter(
    ({ cell, least, greatest }) => secret.has(cell) && !wideEnough(safety, least, greatest),
  ).length
  const sample = [...moves.values()].filter((_, i) => i % 97 === 0)
  const wrong = sample.filter((move) => !moveHolds(tables, move, 1)).length
  let [hidden, value, all] = [0, 0, 0]
  tables.values.forEach((each, cell) => {
    all += each
    if (state[cell] !== 2) return
    hidden++
    value += each
  })
  return [
    { what: 'cells of three linked tables', value: tables.cells, unit: 'cells' },
    { what: 'of them confidential: 1 to 4 pupils', value: confidential.length, unit: 'cells' },
    { what: 'hidden beyond those', value: (100 * hidden) / tables.cells, unit: '% of cells' },
    { what: 'value in those', value: (100 * value) / all, unit: '% of value' },
    { what: 'hiding', value: hiding, unit: 's' },
    { what: 'hiding and auditing', value: whole, unit: 's', aim: '< 60', met: whole < 60 },
    {
      what: 'confidential cells not proved safe',
      value: narrow + left.length + wrong,
      unit: 'cells',
      aim: '0',
      met: narrow + left.length + wrong === 0,
    },
    {
      what: 'hidden cells whose interval is known to the end',
      value: found.intervals.filter(({ exact }) => exact).length,
      unit: `of ${String(found.intervals.length)}`,
    },
  ]
}
