import type { EesMeta, EesRow } from '../../../core/standards/ees/index.ts'
import { roundHalfAway } from '../../../core/disclosure/index.ts'
import type { IndicatorDeclaration, Level, TableDeclaration } from '../declare/declaration.ts'
import type { Cells, YearOfCells } from './count-cells.ts'
import type { Shown } from './protect.ts'

/** Symbols of the open data standards. */
export const confidential = 'c'
export const notApplicable = 'z'
/** Places that a file keeps of a percentage; how many are shown is the metadata’s to say. */
const keptPlaces = 5

/** `202425` for the academic year that ends in 2025. */
export const timePeriodOf = (year: number): string =>
  `${String(year - 1)}${String(year % 100).padStart(2, '0')}`

/** What the columns of a table are. */
export const metaOf = ({ filters, indicators }: TableDeclaration): EesMeta => [
  ...filters.map(({ name, label, hint, total }) => ({
    type: 'Filter' as const,
    column: name,
    label,
    ...(hint !== undefined && { hint }),
    ...(total !== 'Total' && { default: total }),
  })),
  ...indicators.map(({ name, label, unit, places, kind }) => ({
    type: 'Indicator' as const,
    column: name,
    label,
    ...((unit ?? (kind === 'percent' ? '%' : undefined)) !== undefined && { unit: unit ?? '%' }),
    decimalPlaces: places ?? (kind === 'percent' ? 1 : 0),
  })),
]

/**
 * The rows of one year: by level, place, and items in their order. Every combination is there, with a symbol where there is no
 * number; one that two breakdowns have is written once.
 */
export function* rowsOf(
  table: TableDeclaration,
  { year, places, breakdowns }: YearOfCells,
  shown: readonly Shown[],
): Generator<EesRow> {
  const time = { time_period: timePeriodOf(year), time_identifier: table.timeIdentifier }
  const places10 = table.policy.kind === 'percentages' ? table.policy.places : keptPlaces
  for (const level of table.levels) {
    for (const [position, place] of places.places.entries()) {
      if (place.level !== level) continue
      for (const [b, cells] of breakdowns.entries()) {
        const show = shown[b]
        if (!show) continue
        for (const { at, items } of combinations(cells, position)) {
          if (inEarlier(table, b, cells, items)) continue
          const row: Record<string, string> = { ...time, geographic_level: level, ...place.columns }
          for (const filter of table.filters) row[filter.name] = filter.total
          cells.filters.forEach(
            (filter, f) => (row[filter.name] = filter.items[items[f] ?? 0] ?? filter.total),
          )
          for (const indicator of table.indicators)
            row[indicator.name] = valueOf(indicator, show, at, places10)
          yield row
        }
      }
    }
  }
}

export const levelsOf = ({ levels }: TableDeclaration): readonly Level[] => levels

function* combinations(
  { dimensions, strides, size }: Cells,
  place: number,
): Generator<{ readonly at: number; readonly items: readonly number[] }> {
  const [stride = size] = strides
  for (let offset = 0; offset < stride; offset++) {
    const items = dimensions
      .slice(1)
      .map(({ items: all }, f) => Math.floor(offset / (strides[f + 1] ?? 1)) % all.length)
    yield { at: place * stride + offset, items }
  }
}

/** Whether an earlier breakdown has the same combination: all filters at a total but those that it has too. */
function inEarlier(
  { breakdowns }: TableDeclaration,
  b: number,
  _cells: Cells,
  items: readonly number[],
): boolean {
  const used = (breakdowns[b] ?? []).filter((_, f) => (items[f] ?? 0) > 0)
  return breakdowns.slice(0, b).some((earlier) => used.every((filter) => earlier.includes(filter)))
}

function valueOf(indicator: IndicatorDeclaration, show: Shown, at: number, places: number): string {
  if (indicator.kind !== 'percent') {
    const value = show(indicator.name, at)
    return value === null ? confidential : String(value)
  }
  const [numerator, denominator] = [show(indicator.numerator, at), show(indicator.denominator, at)]
  if (numerator === null || denominator === null) return confidential
  if (denominator === 0) return notApplicable
  return roundHalfAway(BigInt(numerator) * 100n, BigInt(denominator), places)
}
