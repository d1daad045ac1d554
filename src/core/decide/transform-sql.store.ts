import type { IsoDate, Transformation, ValueType } from '../vocabulary/index.ts'
import type { Parameters } from './statement.ts'
import { districtPattern, noes } from './transform.ts'

/** The SQL compilation of `transform`. A pseudonym gives `reference`, the id that a release will key to the recipient. */
export function transformSql(
  as: Transformation,
  column: string,
  type: ValueType,
  reference: string,
  today: IsoDate,
  parameters: Parameters,
): string {
  switch (as) {
    case 'as-is':
      return column
    case 'flag':
      // A yes or no that nobody has said is not a no.
      return type === 'boolean'
        ? `case ${column} when true then 'yes' when false then 'no' end`
        : `case when ${saysYes(column, type, parameters)} then 'yes' else 'no' end`
    case 'initial':
      return `nullif(left(btrim(${column}, ' '), 1), '')`
    case 'year':
      return `to_char(${column}, 'YYYY')`
    case 'age-band': {
      const [year = 0, month = 0, day = 0] = today.split('-').map(Number)
      const age = `(${parameters.put(year, 'int4')} - extract(year from ${column})::int
        - (extract(month from ${column}) * 100 + extract(day from ${column}) > ${parameters.put(month * 100 + day, 'int4')})::int)`
      return `case when ${age} >= 0 then (${age} / 5 * 5)::text || ' to ' || (${age} / 5 * 5 + 4)::text end`
    }
    case 'district':
      return `upper(substring(${column} from ${parameters.put(districtPattern, 'text')}))`
    case 'pseudonym':
      return reference
  }
}

function saysYes(column: string, type: Exclude<ValueType, 'boolean'>, parameters: Parameters): string {
  switch (type) {
    case 'integer':
      return `coalesce(${column} <> 0, false)`
    case 'date':
      return `${column} is not null`
    case 'text':
    case 'code':
      return `coalesce(btrim(${column}, ' ') <> all(${parameters.put(noes, 'text[]')}), false)`
  }
}
