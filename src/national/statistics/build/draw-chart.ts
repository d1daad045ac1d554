import type { TableDeclaration } from '../declare/declaration.ts'
import type { YearOfCells } from './count-cells.ts'
import type { Shown } from './protect.ts'
import { timePeriodOf } from './write-table.ts'

export interface ChartPoint {
  readonly period: string
  readonly item: string
  readonly value: number
}

/** What a table’s chart shows: England, by year, and by the items of one filter. Confidential values are left out, and what is unknown: a handful would lead the eye. */
export function chartPoints(
  table: TableDeclaration,
  years: readonly YearOfCells[],
  shown: readonly (readonly Shown[])[],
): readonly ChartPoint[] {
  const indicator = table.indicators.find(({ name }) => name === table.chart.indicator)
  if (!indicator) return []
  const filter = table.filters.findIndex(({ name }) => name === table.chart.by)
  const b = Math.max(0, filter < 0 ? 0 : table.breakdowns.findIndex((each) => each.includes(filter)))
  return years.flatMap(({ year, breakdowns }, y) => {
    const [cells, show] = [breakdowns[b], shown[y]?.[b]]
    if (!cells || !show) return []
    const f = (table.breakdowns[b] ?? []).indexOf(filter)
    const items = f < 0 ? ['England'] : (cells.filters[f]?.items ?? []).slice(1)
    const unknown = cells.filters[f]?.otherwise ?? null
    return items.flatMap((item, i) => {
      if (f >= 0 && i + 1 === unknown) return []
      const at = f < 0 ? 0 : (i + 1) * (cells.strides[f + 1] ?? 1)
      const value =
        indicator.kind === 'percent'
          ? ratio(show(indicator.numerator, at), show(indicator.denominator, at))
          : show(indicator.name, at)
      return value === null ? [] : [{ period: periodWords(year), item, value }]
    })
  })
}

const ratio = (numerator: number | null, denominator: number | null): number | null =>
  numerator === null || denominator === null || denominator === 0
    ? null
    : Math.round((numerator * 100_000) / denominator) / 1000

/** `2024/25`, as people write `202425`. */
const periodWords = (year: number): string => timePeriodOf(year).replace(/^(\d{4})/u, '$1/')

/** An SVG of the points with its title and description inside; the figures themselves stand in the table beside it. */
export async function drawChart(table: TableDeclaration, all: readonly ChartPoint[]): Promise<string> {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')])
  const label = table.indicators.find(({ name }) => name === table.chart.indicator)?.label ?? ''
  const by = table.filters.find(({ name }) => name === table.chart.by)
  // Many lines can’t be told apart: of many items the last year is shown, as bars.
  const few = new Set(all.map(({ item }) => item)).size <= 6
  const last = all.at(-1)?.period ?? ''
  const points = few ? all : all.filter(({ period }) => period === last)
  const several = new Set(points.map(({ period }) => period)).size > 1
  const colours = ['#1d70b8', '#00703c', '#d4351c', '#4c2c92', '#f47738', '#28a197', '#505a5f', '#b58840']
  const { spec } = lite.compile({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `${table.title}: ${label}${by ? ` by ${by.label.toLowerCase()}` : ''}, England${several ? '' : ` ${last}`}`,
    width: 520,
    height: by && !several ? { step: 26 } : 260,
    data: { values: points.map((point) => ({ ...point })) },
    mark: several ? { type: 'line', point: true, strokeWidth: 3 } : { type: 'bar', color: '#1d70b8' },
    encoding: several
      ? {
          x: { field: 'period', type: 'ordinal', title: null, axis: { labelAngle: 0 } },
          y: { field: 'value', type: 'quantitative', title: label, scale: { zero: true } },
          ...(by && {
            color: { field: 'item', type: 'nominal', title: by.label, sort: null, scale: { range: colours } },
            strokeDash: { field: 'item', type: 'nominal', title: by.label, sort: null },
          }),
        }
      : {
          y: { field: by ? 'item' : 'period', type: 'nominal', title: null, sort: null },
          x: { field: 'value', type: 'quantitative', title: `${label}, ${last}`, scale: { zero: true } },
        },
    config: {
      font: 'Helvetica, Arial, sans-serif',
      axis: { labelFontSize: 14, titleFontSize: 14, labelLimit: 400, titleLimit: 400 },
      legend: { labelFontSize: 14, titleFontSize: 14, labelLimit: 400, titleLimit: 400 },
      view: { stroke: null },
      background: '#ffffff',
    },
  })
  const view = new vega.View(vega.parse(spec), { renderer: 'none' })
  try {
    return `${await view.toSVG()}\n`
  } finally {
    view.finalize()
  }
}
