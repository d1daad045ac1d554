import { columnsOfLevel, levelColumn, mandatoryColumns, timeColumns } from '../standards.ts'
import { optionalMetaColumns, requiredMetaColumns } from '../meta.ts'
import { cell, stageOf, type Check } from './check.ts'
import type { ScannedPair } from './pair.ts'

const fileNames = stageOf('file names')
const required = stageOf('required columns')
const across = stageOf('across files')
const columns = stageOf('columns')

const bare = (name: string, end: string): string => (name.endsWith(end) ? name.slice(0, -end.length) : name)
const strange = /[^A-Za-z0-9\-_]/g
// A space is the first two checks' business.
const characters = (name: string): readonly string[] => [
  ...new Set(name.replaceAll(' ', '').match(strange) ?? []),
]
const dataStem = (name: string): string => bare(bare(name, '.gz'), '.csv')

/** Columns of time or place. */
export const ownColumns = ({ standards }: ScannedPair): ReadonlySet<string> =>
  new Set([...timeColumns, levelColumn, ...standards.levels.flatMap(columnsOfLevel)])

const inMetadata = ({ columns: { filters, groupings }, meta }: ScannedPair): ReadonlySet<string> =>
  new Set([
    ...meta.map((row) => cell(row, 'col_name')),
    ...filters.map((row) => cell(row, 'col_name')),
    ...groupings,
  ])

/** Stages 1 to 4. What one check sees, a later one does not say again: a failure stands alone. */
export const nameAndColumnChecks: readonly Check[] = [
  fileNames(1, 'fail', 'The data file’s name has no space', ({ names }) =>
    names.data.includes(' ') ? [names.data] : [],
  ),
  fileNames(2, 'fail', 'The metadata file’s name has no space', ({ names }) =>
    names.meta.includes(' ') ? [names.meta] : [],
  ),
  fileNames(
    3,
    'fail',
    'The data file’s name has only letters, digits, hyphens and underscores',
    ({ names }) => characters(dataStem(names.data)),
  ),
  fileNames(
    4,
    'fail',
    'The metadata file’s name has only letters, digits, hyphens and underscores',
    ({ names }) => characters(bare(bare(names.meta, '.csv'), '.meta')),
  ),
  fileNames(5, 'fail', 'The metadata file is named like the data file, with .meta.csv', ({ names }) => {
    const plain = (name: string): string => name.replaceAll(strange, '')
    return names.meta.endsWith('.meta.csv') &&
      plain(bare(names.meta, '.meta.csv')) === plain(dataStem(names.data))
      ? []
      : [names.meta]
  }),
  required(6, 'fail', 'The metadata has its eight required columns', ({ metaHeader }) =>
    requiredMetaColumns.filter((name) => !metaHeader.includes(name)),
  ),
  required(
    7,
    'fail',
    'The metadata has no column beside the required and the two optional ones',
    ({ metaHeader }) =>
      metaHeader.filter(
        (name) => !([...requiredMetaColumns, ...optionalMetaColumns] as string[]).includes(name),
      ),
  ),
  required(8, 'fail', 'The data has the five mandatory columns', ({ data }) =>
    mandatoryColumns.filter((name) => !data.header.includes(name)),
  ),
  required(
    9,
    'fail',
    'The metadata has no more rows than the data has columns beside the mandatory ones',
    ({ meta, data }) => {
      const beside = data.header.filter(
        (name) => !(mandatoryColumns as readonly string[]).includes(name),
      ).length
      return meta.length > beside ? [`${String(meta.length)} rows, ${String(beside)} columns`] : []
    },
  ),
  across(
    10,
    'fail',
    'Every filter of the metadata is a column of the data',
    ({ columns: { filters }, data }) =>
      filters
        .map((row) => cell(row, 'col_name'))
        .filter((name) => name !== '' && !data.header.includes(name)),
  ),
  across(
    11,
    'warn',
    'Every column of the data is of time or place, has a single value, or is in the metadata',
    (pair) => {
      const known = inMetadata(pair)
      return [...pair.data.others]
        .filter(([name, { single }]) => !single && !known.has(name))
        .map(([name]) => name)
    },
  ),
  columns(12, 'fail', 'No column name of the data has whitespace', ({ data }) =>
    data.header.filter((name) => /\s/.test(name)),
  ),
  columns(13, 'warn', 'Column names of the data have only a to z, digits and underscores', ({ data }) =>
    data.header.filter((name) => /[^a-z0-9_]/.test(name.slice(1).replaceAll(/\s/g, ''))),
  ),
  columns(14, 'warn', 'Column names of the data start with a lower-case letter', ({ data }) =>
    data.header.filter((name) => !/^[a-z]/.test(name)),
  ),
  columns(
    15,
    'fail',
    'No indicator’s name holds a word that belongs to a filter',
    ({ columns: { indicators }, standards }) =>
      indicators
        .map((row) => cell(row, 'col_name'))
        .filter((name) =>
          standards.screener.filterWords.some((word) =>
            name.toLowerCase().replaceAll('_', ' ').includes(word),
          ),
        ),
  ),
  columns(16, 'warn', 'There is no column characteristic or characteristic_group', ({ data }) =>
    data.header.filter((name) => name === 'characteristic' || name === 'characteristic_group'),
  ),
]
