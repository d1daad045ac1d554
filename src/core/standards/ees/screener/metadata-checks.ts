import { cell, rowName, stageOf, twice, type Check } from './check.ts'
import { ownColumns } from './names-and-columns.ts'
import type { ScannedPair } from './pair.ts'

const first = stageOf('metadata, first')
const metadata = stageOf('metadata')

/** Filters’ own names and those that group them. */
const named = ({ columns: { filters, groupings } }: ScannedPair): readonly string[] => [
  ...new Set([...filters.map((row) => cell(row, 'col_name')), ...groupings]),
]

/** A file whose only filter is the school’s or provider’s name is let off some checks. */
export const onlyNameOfPlace = ({ columns: { filters } }: ScannedPair): boolean =>
  filters.length === 1 && ['school_name', 'provider_name'].includes(cell(filters[0] ?? {}, 'col_name'))

const likePlace = (pair: ScannedPair, name: string): boolean => {
  const { placeStarts, placeEnds } = pair.standards.screener
  return (
    placeStarts.includes(name) ||
    (placeStarts.some((start) => name.startsWith(start)) && placeEnds.some((end) => name.endsWith(end)))
  )
}

const lettersAndDigits = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Stages 5 and 6. */
export const metadataChecks: readonly Check[] = [
  first(17, 'fail', 'Every row is of type Filter or Indicator', ({ meta }) =>
    meta.filter((row) => !['Filter', 'Indicator'].includes(cell(row, 'col_type'))).map(rowName),
  ),
  first(18, 'fail', 'No column of time or place is in the metadata', (pair) => {
    const own = ownColumns(pair)
    return pair.meta
      .map((row) => cell(row, 'col_name'))
      .filter((name) => own.has(name) && !['school_name', 'provider_name'].includes(name))
  }),
  first(19, 'fail', 'No col_name is blank', ({ meta }) =>
    meta.flatMap((row, at) => (cell(row, 'col_name') === '' ? [`row ${String(at + 1)}`] : [])),
  ),
  metadata(20, 'fail', 'Labels are unique', ({ meta }) =>
    twice(meta.map((row) => cell(row, 'label')).filter((label) => label !== '')),
  ),
  metadata(21, 'fail', 'No indicator has a grouping column', ({ columns: { indicators } }) =>
    indicators.filter((row) => cell(row, 'filter_grouping_column') !== '').map(rowName),
  ),
  metadata(22, 'fail', 'No column groups two filters', ({ columns: { groupings } }) => twice(groupings)),
  metadata(23, 'warn', 'Each grouping column has a row of its own', ({ columns: { groupings }, meta }) => {
    const names = new Set(meta.map((row) => cell(row, 'col_name')))
    return [...new Set(groupings)].filter((name) => !names.has(name))
  }),
  metadata(24, 'fail', 'Each grouping column is a column of the data', ({ columns: { groupings }, data }) =>
    groupings.filter((name) => !data.header.includes(name)),
  ),
  metadata(
    25,
    'fail',
    'Items of a grouping column differ in letters and digits',
    ({ columns: { groupings }, data }) =>
      groupings.flatMap((name) => {
        const items = [...(data.items.get(name)?.keys() ?? [])]
        const again = new Set(twice(items.map(lettersAndDigits)))
        return items.filter((item) => again.has(lettersAndDigits(item))).map((item) => `${name}: ${item}`)
      }),
  ),
  metadata(26, 'fail', 'No label is blank', ({ meta }) =>
    meta.filter((row) => cell(row, 'label') === '').map(rowName),
  ),
  metadata(27, 'fail', 'No indicator has a filter hint', ({ columns: { indicators } }) =>
    indicators.filter((row) => cell(row, 'filter_hint') !== '').map(rowName),
  ),
  metadata(28, 'fail', 'No filter or grouping column is named like a place', (pair) =>
    onlyNameOfPlace(pair)
      ? []
      : named(pair).filter((name) => !ownColumns(pair).has(name) && likePlace(pair, name)),
  ),
  metadata(29, 'fail', 'No filter has decimal places', ({ columns: { filters } }) =>
    filters.filter((row) => cell(row, 'indicator_dp') !== '').map(rowName),
  ),
  metadata(30, 'fail', 'No col_name has whitespace', ({ meta }) =>
    meta.map((row) => cell(row, 'col_name')).filter((name) => /\s/.test(name)),
  ),
  metadata(31, 'fail', 'Every col_name is unique', ({ meta }) =>
    twice(meta.map((row) => cell(row, 'col_name')).filter((name) => name !== '')),
  ),
  metadata(32, 'warn', 'Every indicator has decimal places', ({ columns: { indicators } }) =>
    indicators.filter((row) => cell(row, 'indicator_dp') === '').map(rowName),
  ),
  metadata(33, 'fail', 'Decimal places are blank or a whole number from 0', ({ columns: { indicators } }) =>
    indicators.filter((row) => !/^\d*$/.test(cell(row, 'indicator_dp'))).map(rowName),
  ),
  metadata(34, 'fail', 'No filter has a unit', ({ columns: { filters } }) =>
    filters.filter((row) => cell(row, 'indicator_unit') !== '').map(rowName),
  ),
  metadata(35, 'fail', 'Every unit is one of the standard’s', ({ columns: { indicators }, standards }) =>
    indicators.filter((row) => !standards.units.includes(cell(row, 'indicator_unit'))).map(rowName),
  ),
  metadata(36, 'fail', 'No filter has an indicator grouping', ({ columns: { filters } }) =>
    filters.filter((row) => cell(row, 'indicator_grouping') !== '').map(rowName),
  ),
]
