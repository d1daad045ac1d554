import type { LinkageField, Transform } from './definition.ts'

/** The value of a field as SQL over a record's text columns; null where nothing is left. */
export const fieldSql = ({ column, as }: LinkageField): string =>
  as.reduce(
    (value, each) => `nullif(${apply(each, value)}, '')`,
    `nullif(trim("${column.replaceAll('"', '""')}"), '')`,
  )

function apply(transform: Transform, value: string): string {
  if (transform.startsWith('first ')) return `left(${value}, ${transform.slice(6)})`
  switch (transform) {
    case 'lower':
      return `lower(${value})`
    case 'letters':
      return `regexp_replace(lower(strip_accents(${value})), '[^a-z]', '', 'g')`
    case 'digits':
      return `regexp_replace(${value}, '[^0-9]', '', 'g')`
    case 'alphanumeric':
      return `regexp_replace(lower(${value}), '[^a-z0-9]', '', 'g')`
    case 'date':
      return dateSql(value)
    case 'year':
      return `left(${value}, 4)`
    case 'month':
      return `substr(${value}, 5, 2)`
    case 'day':
      return `substr(${value}, 7, 2)`
    case 'month-day':
      return `substr(${value}, 5, 4)`
    case 'soundex':
      return soundexSql(value)
    case 'postcode-district':
      return `regexp_extract(regexp_replace(upper(${value}), '[^A-Z0-9]', '', 'g'), '^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$', 1)`
    default:
      throw new Error(`unknown transform ${transform}`)
  }
}

/** Eight digits, year first, from `1990-02-03`, `19900203` or `03/02/1990`; other text keeps its digits. */
const dateSql = (value: string): string =>
  `CASE WHEN regexp_full_match(${value}, '[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}') THEN strftime(try_strptime(replace(${value}, '.', '/'), '%d/%m/%Y'), '%Y%m%d') ELSE regexp_replace(${value}, '[^0-9]', '', 'g') END`

/**
 * American Soundex (the National Archives' rules): h and w don't part two letters of one sound, vowels do. Empty for text
 * without a letter.
 */
function soundexSql(value: string): string {
  const letters = `regexp_replace(lower(strip_accents(${value})), '[^a-z]', '', 'g')`
  // Sounds as digits, vowels as 0, h and w left out; a run of one digit is one; the first letter's own digit goes.
  const sounds = `translate(regexp_replace(${letters}, '[hw]', '', 'g'), 'aeiouybfpvcgjkqsxzdtlmnr', '000000111122222222334556')`
  const single = `list_reduce(string_split(${sounds}, ''), lambda a, b: CASE WHEN right(a, 1) = b THEN a ELSE a || b END)`
  const headed = `CASE WHEN regexp_matches(${letters}, '^[hw]') THEN ${single} ELSE substr(${single}, 2) END`
  return `CASE WHEN ${letters} = '' THEN '' WHEN regexp_replace(${letters}, '[hw]', '', 'g') = '' THEN upper(left(${letters}, 1)) || '000' ELSE upper(left(${letters}, 1)) || rpad(left(replace(${headed}, '0', ''), 3), 3, '0') END`
}
