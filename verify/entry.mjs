// What an entry of a Gatehouse log may be: canonical JSON (RFC 8785) of a known type, with that type's fields and no other.
import { createHash } from 'node:crypto'
import { Convicted, fromUtf8 } from './note.mjs'

/** The fields of each type. A field more could be personal data; a field less is not what was promised. */
// prettier-ignore
export const entryTypes = {
  'release/v1': [
    'type', 'release', 'at', 'kind', 'recipient', 'agreement', 'purpose', 'basis', 'items', 'permitted', 'withheld',
    'withheldReasons', 'pupils', 'payload', 'noticeVersion', 'releasedBy',
  ],
  'delivery/v1': ['type', 'release', 'at', 'outcome', 'transport', 'attempts'],
  'erasure/v1': ['type', 'at', 'openings', 'ground', 'decidedBy', 'commitment'],
  'notice/v1': ['type', 'at', 'version', 'sha256', 'entries', 'publishedBy'],
  'policy/v1': ['type', 'at', 'kind', 'id', 'version', 'hash', 'event', 'by'],
  'recall/v1': ['type', 'at', 'recall', 'recipient', 'release', 'event', 'ground', 'pupils'],
  'map-root/v1': ['type', 'covered', 'root'],
  'sealed/v1': ['type', 'commitment'],
}

/** RFC 8785: keys in UTF-16 order, no spaces, numbers and strings as ECMAScript writes them. */
export function canonical(value) {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Convicted('it holds half a character')
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

export function parseEntry(bytes) {
  const text = fromUtf8(bytes)
  let entry
  try {
    entry = JSON.parse(text)
  } catch {
    throw new Convicted('it is not JSON')
  }
  checkEntry(entry)
  if (canonicalOf(entry) !== text) throw new Convicted('it is not canonical JSON')
  return entry
}

function canonicalOf(value) {
  if (value === undefined) throw new Convicted('something is missing from it')
  try {
    return canonical(value)
  } catch (error) {
    if (error instanceof RangeError) throw new Convicted('it is nested too deeply')
    throw error
  }
}

/** The entry that a receipt carries, in the bytes that the log has. */
export const encodeEntry = (entry) => Buffer.from(canonicalOf(checkEntry(entry)))

export function checkEntry(entry) {
  const fields = typeof entry === 'object' && entry !== null ? entryTypes[entry.type] : undefined
  if (!fields || !Object.hasOwn(entryTypes, entry.type)) throw new Convicted('it is of no known type')
  const names = Object.keys(entry)
  if (names.length !== fields.length || names.some((name) => !fields.includes(name))) {
    throw new Convicted(`it does not have the fields of ${entry.type}`)
  }
  return entry
}

/** The salted commitment that stands for a hidden entry or a pupil's record. */
export const commitTo = (salt, value) =>
  createHash('sha256').update('gatehouse/commit/v1\0').update(salt).update(canonicalOf(value)).digest()
