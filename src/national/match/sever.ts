import { createHash } from 'node:crypto'
import type { MatchKeys } from './match-keys.ts'
import { quoted } from './sql-words.ts'

// An adopted child’s old and new identity, and that of a child who got another for their safety, are never to be joined, and
// nothing kept may tell which two they are (UPN guide 6.5, 6.6). What is kept is a digest of both together: whoever has one of them
// and the list finds no other by it.

/** The digest of two identities of which `a` is the lesser, as SQL. */
export const severedSql = ({ severing }: MatchKeys, a: string, b: string): string =>
  `sha256(${quoted(severing.toString('base64url'))} || CAST(${a} AS VARCHAR) || CAST(${b} AS VARCHAR))`

/** The same of two identities in either order. */
export function severedDigest({ severing }: MatchKeys, one: string, other: string): string {
  const [a, b] = one < other ? [one, other] : [other, one]
  return createHash('sha256')
    .update(`${severing.toString('base64url')}${a}${b}`)
    .digest('hex')
}
