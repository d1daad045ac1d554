import { named, quoted } from './sql-words.ts'

/** What an identity is made of, in one form each; absent where a record does not have it. */
export const identityColumns = [
  'upn',
  'upnSure',
  'formerUpn',
  'uln',
  'localId',
  'first',
  'middle',
  'last',
  'dob',
  'sex',
  'postcode',
] as const

const alphabet = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** A UPN in capitals without blanks; one that is far too short is none. */
export const numberSql = (column: string): string =>
  `CASE WHEN length(regexp_replace(${column}, '[^A-Za-z0-9]', '', 'g')) BETWEEN 10 AND 16 THEN upper(regexp_replace(${column}, '[^A-Za-z0-9]', '', 'g')) END`

/** The same where it is a permanent UPN with the right check letter (UPN guide, annex A); a temporary one is replaced one day. */
export function sureSql(upn: string): string {
  const sum = Array.from(
    { length: 12 },
    (_, i) => `${String(i + 2)} * TRY_CAST(substr(${upn}, ${String(i + 2)}, 1) AS INTEGER)`,
  ).join(' + ')
  return `CASE WHEN regexp_full_match(${upn}, '[A-HJ-NP-RT-Z][0-9]{12}') AND substr(${quoted(alphabet)}, 1 + CAST((${sum}) % 23 AS INTEGER), 1) = left(${upn}, 1) THEN ${upn} END`
}

/** A ULN whose check digit is right (ULN validation guide); others, the placeholder 9999999999 too, are none. */
export function ulnSql(column: string): string {
  const digits = `regexp_replace(${column}, '[^0-9]', '', 'g')`
  const sum = Array.from(
    { length: 9 },
    (_, i) => `${String(10 - i)} * TRY_CAST(substr(${digits}, ${String(i + 1)}, 1) AS INTEGER)`,
  ).join(' + ')
  return `CASE WHEN length(${digits}) = 10 AND (${sum}) % 11 <> 0 AND 10 - (${sum}) % 11 = TRY_CAST(substr(${digits}, 10, 1) AS INTEGER) THEN ${digits} END`
}

/**
 * The name of an identity: a keyed digest of all of it, the same wherever and whenever it is met. Where it says too little to be one
 * child’s, it is that of one record alone.
 */
export function nodeSql(key: Buffer): string {
  const parts = identityColumns.map((name) => `coalesce(${named(name)}, '')`)
  const alone = `CASE WHEN upn IS NULL AND uln IS NULL AND "localId" IS NULL AND (first IS NULL OR last IS NULL OR dob IS NULL OR postcode IS NULL) THEN return_id || "table" || n ELSE '' END`
  const text = `concat_ws(chr(31), ${quoted(key.toString('base64url'))}, ${parts.join(', ')}, ${alone})`
  return `CAST(left(sha256(${text}), 32) AS UUID)`
}
