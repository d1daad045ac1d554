/** A row of the metadata file: what one column of the data is. */
export interface EesFilter {
  readonly type: 'Filter'
  readonly column: string
  readonly label: string
  readonly hint?: string
  /** The column that groups this filter’s items. */
  readonly groupingColumn?: string
  /** The item taken where none is chosen; `Total` where absent. */
  readonly default?: string
  readonly parent?: string
}

export interface EesIndicator {
  readonly type: 'Indicator'
  readonly column: string
  readonly label: string
  readonly grouping?: string
  /** As in the file: blank, `%`, `pp`, `£`, `£m`, `numberstring`. */
  readonly unit?: string
  readonly decimalPlaces?: number
}

export type EesMeta = readonly (EesFilter | EesIndicator)[]

export const requiredMetaColumns = [
  'col_name',
  'col_type',
  'label',
  'indicator_grouping',
  'indicator_unit',
  'indicator_dp',
  'filter_hint',
  'filter_grouping_column',
] as const
export const optionalMetaColumns = ['filter_default', 'parent_filter'] as const

export const filtersOf = (meta: EesMeta): readonly EesFilter[] =>
  meta.filter((each) => each.type === 'Filter')
export const indicatorsOf = (meta: EesMeta): readonly EesIndicator[] =>
  meta.filter((each) => each.type === 'Indicator')
