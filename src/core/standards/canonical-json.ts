import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/**
 * The one byte sequence of a JSON value: RFC 8785. Hashes and commitments are made over these bytes.
 * @throws TypeError for what JSON can't hold (undefined at the top, NaN, a cycle).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('This value has no JSON form.')
  return text
}

/** SHA-256 of the canonical JSON, lower-case hex: how a version of a policy document is named. */
export const canonicalSha256 = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')
