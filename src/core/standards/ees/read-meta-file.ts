import { GatehouseError } from '../../vocabulary/index.ts'
import { requiredMetaColumns, type EesMeta } from './meta.ts'
import { readRows } from './read-rows.ts'

/**
 * Reads a metadata file that passed its checks.
 * @throws GatehouseError `bad-input` where a required column is missing or a type is neither Filter nor Indicator.
 */
export async function readMetaFile(input: AsyncIterable<Uint8Array>): Promise<EesMeta> {
  let header: readonly string[] | null = null
  const meta: EesMeta[number][] = []
  for await (const { rows } of readRows(input))
    for (const cells of rows) {
      if (header === null) {
        header = cells
        const missing = requiredMetaColumns.filter((name) => !cells.includes(name))
        if (missing.length > 0)
          throw new GatehouseError('bad-input', `The metadata has no column ${missing.join(', ')}.`)
        continue
      }
      meta.push(metaOf(Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))))
    }
  return meta
}

function metaOf(row: Readonly<Record<string, string>>): EesMeta[number] {
  const cell = (name: string): string => row[name] ?? ''
  const given = <K extends string>(key: K, name: string): Partial<Record<K, string>> =>
    cell(name) === '' ? {} : ({ [key]: cell(name) } as Record<K, string>)
  const base = { column: cell('col_name'), label: cell('label') }
  if (cell('col_type') === 'Filter')
    return {
      type: 'Filter',
      ...base,
      ...given('hint', 'filter_hint'),
      ...given('groupingColumn', 'filter_grouping_column'),
      ...given('default', 'filter_default'),
      ...given('parent', 'parent_filter'),
    }
  if (cell('col_type') === 'Indicator')
    return {
      type: 'Indicator',
      ...base,
      ...given('grouping', 'indicator_grouping'),
      ...given('unit', 'indicator_unit'),
      ...(cell('indicator_dp') === '' ? {} : { decimalPlaces: Number(cell('indicator_dp')) }),
    }
  throw new GatehouseError('bad-input', 'A row of the metadata is neither Filter nor Indicator.')
}
