import { levelColumn, timeGroupOf } from '../standards.ts'
import { cell, stageOf, unmade, type Check } from './check.ts'
import { onlyNameOfPlace } from './metadata-checks.ts'
import { keyColumns, type ScannedPair } from './pair.ts'

const timeFirst = stageOf('time, first')
const time = stageOf('time')
const filtersFirst = stageOf('filters, first')
const filters = stageOf('filters')

const digits = /^(\d{4}|\d{6})$/
const periods = ({ data }: ScannedPair): readonly string[] => [
  ...new Set(data.times.map(({ cells }) => cells[0] ?? '')),
]
const identifiers = ({ data }: ScannedPair): readonly string[] => [
  ...new Set(data.times.map(({ cells }) => cells[1] ?? '')),
]
const timeless = ({ data }: ScannedPair): boolean =>
  !data.header.includes('time_period') || !data.header.includes('time_identifier')
const noTime = unmade('The data has no time_period or no time_identifier.')

/** Six digits are two years that follow each other: 1999 goes with 00. */
const consecutive = (period: string): boolean =>
  (Number(period.slice(2, 4)) + 1) % 100 === Number(period.slice(4))

/** Stages 7 and 10. */
export const timeChecks: readonly Check[] = [
  timeFirst(37, 'fail', 'Every time_period has 4 or 6 digits', (pair) =>
    timeless(pair) ? noTime : periods(pair).filter((period) => !digits.test(period)),
  ),
  timeFirst(38, 'fail', 'Every time_identifier is one of the standard’s', (pair) =>
    timeless(pair) ? noTime : identifiers(pair).filter((each) => !timeGroupOf(pair.standards, each)),
  ),
  timeFirst(39, 'fail', 'All time identifiers are of one group', (pair) => {
    if (timeless(pair)) return noTime
    const known = identifiers(pair).filter((each) => timeGroupOf(pair.standards, each))
    const [one = ''] = known
    const group = timeGroupOf(pair.standards, one)
    return known.filter((each) => timeGroupOf(pair.standards, each) !== group)
  }),
  time(43, 'fail', 'The period has as many digits as its identifier asks for', (pair) =>
    timeless(pair)
      ? noTime
      : pair.data.times
          .filter(({ cells: [period = '', identifier = ''] }) => {
            const group = timeGroupOf(pair.standards, identifier)
            return group && digits.test(period) && period.length !== group.digits
          })
          .map(({ cells }) => cells.join(', ')),
  ),
  time(44, 'fail', 'Six digits are consecutive years', (pair) =>
    timeless(pair)
      ? noTime
      : periods(pair).filter((period) => /^\d{6}$/.test(period) && !consecutive(period)),
  ),
]

const itemsOf = ({ data }: ScannedPair, name: string): readonly string[] => [
  ...(data.items.get(name)?.keys() ?? []),
]

const placeCells = ({ data }: ScannedPair): readonly (readonly [string, string])[] => [
  ...data.places.flatMap(({ cells }) =>
    cells.map((text, i) => [i === 0 ? levelColumn : (data.placeColumns[i - 1] ?? ''), text] as const),
  ),
  ...data.times.flatMap(({ cells }) =>
    cells.map((text, i) => [i === 0 ? 'time_period' : 'time_identifier', text] as const),
  ),
]

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)]

/** Stages 8 and 11. */
export const filterChecks: readonly Check[] = [
  filtersFirst(40, 'fail', 'Every filter has at least two items', (pair) =>
    pair.columns.filters
      .map((row) => cell(row, 'col_name'))
      .filter((name) => pair.data.items.has(name) && itemsOf(pair, name).length < 2),
  ),
  filters(45, 'warn', 'Every filter and grouping column has its default item', (pair) =>
    keyColumns(pair).filter((name) => {
      if (!pair.data.items.has(name)) return false
      const row = pair.columns.filters.find((each) => cell(each, 'col_name') === name)
      if (cell(row ?? {}, 'parent_filter') !== '') return false
      return !pair.data.items.get(name)?.has(cell(row ?? {}, 'filter_default') || 'Total')
    }),
  ),
  filters(46, 'fail', 'A grouping column has no more items than its filter', (pair) =>
    pair.columns.filters
      .filter((row) => {
        const group = pair.data.items.get(cell(row, 'filter_grouping_column'))
        const own = pair.data.items.get(cell(row, 'col_name'))
        return group && own && group.size > own.size
      })
      .map((row) => cell(row, 'filter_grouping_column')),
  ),
  filters(47, 'fail', 'No filter or grouping column has too many items', (pair) =>
    keyColumns(pair).filter((name) => itemsOf(pair, name).length > pair.standards.screener.mostFilterItems),
  ),
  filters(48, 'fail', 'No item and no place begins or ends with a space', (pair) =>
    unique([
      ...keyColumns(pair).flatMap((name) =>
        itemsOf(pair, name)
          .filter((item) => item !== item.trim())
          .map((item) => `${name}: ${item}`),
      ),
      ...placeCells(pair)
        .filter(([, text]) => text !== text.trim())
        .map(([name, text]) => `${name}: ${text}`),
    ]),
  ),
  filters(49, 'fail', 'No column of time or place says Total or All', (pair) =>
    onlyNameOfPlace(pair)
      ? []
      : unique(
          placeCells(pair)
            .filter(([, text]) => pair.standards.screener.totals.includes(text))
            .map(([name, text]) => `${name}: ${text}`),
        ),
  ),
  filters(50, 'fail', 'No filter or grouping column has a blank', (pair) =>
    keyColumns(pair).filter((name) => pair.data.items.get(name)?.has('')),
  ),
]
