import { GatehouseError } from '../../vocabulary/index.ts'
import { csvLine } from './csv-line.ts'
import { filtersOf, indicatorsOf, optionalMetaColumns, requiredMetaColumns, type EesMeta } from './meta.ts'
import { columnsOfLevel, levelNamed, mandatoryColumns, type EesStandards } from './standards.ts'

/** A row of the data file by column; a column that is left out is blank. */
export type EesRow = Readonly<Record<string, string>>

export interface DataFileShape {
  /** Levels of geography that the file has rows of, by name, in the standard’s order or another. */
  readonly levels: readonly string[]
  readonly meta: EesMeta
  /** Single-valued columns beside these, last. */
  readonly more?: readonly string[]
}

/**
 * The columns of a data file, in order: time, level, places, filters each behind the column that groups it, indicators.
 * @throws GatehouseError `bad-input` for a level that the standards don’t have, or a column named twice.
 */
export function dataHeader(
  standards: EesStandards,
  { levels, meta, more = [] }: DataFileShape,
): readonly string[] {
  const unknown = levels.find((name) => !levelNamed(standards, name))
  if (unknown !== undefined)
    throw new GatehouseError('bad-input', `There is no level of geography “${unknown}”.`, {
      todo: 'Name one of policy/statistics-standards/geographic-levels.yaml.',
    })
  const places = standards.levels
    .filter(({ name }) => name !== 'National' && levels.includes(name))
    .flatMap(columnsOfLevel)
  const filters = filtersOf(meta).flatMap(({ groupingColumn, column }) =>
    groupingColumn === undefined ? [column] : [groupingColumn, column],
  )
  const header = [
    ...mandatoryColumns,
    ...places,
    ...filters,
    ...indicatorsOf(meta).map(({ column }) => column),
    ...more,
  ]
  const twice = header.find((name, at) => header.indexOf(name) !== at)
  if (twice !== undefined) throw new GatehouseError('bad-input', `The column ${twice} is named twice.`)
  return header
}

/**
 * The data file as pieces of bytes: UTF-8 without a mark, CRLF. Rows are written as they come and in their order.
 * @throws GatehouseError `bad-input` for a row with a column that the file has not.
 */
export async function* writeDataFile(
  standards: EesStandards,
  shape: DataFileShape,
  rows: AsyncIterable<EesRow> | Iterable<EesRow>,
): AsyncGenerator<Uint8Array> {
  const header = dataHeader(standards, shape)
  const known = new Set(header)
  const encoder = new TextEncoder()
  let text = csvLine(header)
  for await (const row of rows) {
    for (const name in row)
      if (!known.has(name)) throw new GatehouseError('bad-input', `The file has no column ${name}.`)
    text += csvLine(header.map((name) => row[name] ?? ''))
    if (text.length > 65_536) {
      yield encoder.encode(text)
      text = ''
    }
  }
  if (text !== '') yield encoder.encode(text)
}

/** The metadata file, with the optional columns where one is used. */
export function writeMetaFile(meta: EesMeta): Uint8Array {
  const rows = meta.map((each): EesRow =>
    each.type === 'Filter'
      ? {
          col_name: each.column,
          col_type: each.type,
          label: each.label,
          filter_hint: each.hint ?? '',
          filter_grouping_column: each.groupingColumn ?? '',
          filter_default: each.default ?? '',
          parent_filter: each.parent ?? '',
        }
      : {
          col_name: each.column,
          col_type: each.type,
          label: each.label,
          indicator_grouping: each.grouping ?? '',
          indicator_unit: each.unit ?? '',
          indicator_dp: each.decimalPlaces === undefined ? '' : String(each.decimalPlaces),
        },
  )
  const optional = optionalMetaColumns.filter((name) => rows.some((row) => (row[name] ?? '') !== ''))
  const header = [...requiredMetaColumns, ...optional]
  return new TextEncoder().encode(
    [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))].map(csvLine).join(''),
  )
}
