// What an entry of a Gatehouse log may be: canonical JSON (RFC 8785) of a known type, with that type's fields and no other,
// each a code, a count, a hash, a time or an id. A field more, or words in one, could be personal data.
import { createHash } from 'node:crypto'
import { Convicted, fromUtf8 } from './note.mjs'

const text = (pattern) => (value) => typeof value === 'string' && pattern.test(value)
const oneOf =
  (...values) =>
  (value) =>
    values.includes(value)
const list = (form) => (value) => Array.isArray(value) && value.every(form)
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const fields =
  (required, optional = {}) =>
  (value) =>
    isRecord(value) &&
    Object.keys(required).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, part]) => {
      const form = Object.hasOwn(required, name)
        ? required[name]
        : Object.hasOwn(optional, name) && optional[name]
      return typeof form === 'function' && form(part)
    })

const code = text(/^[a-z0-9][a-z0-9-]{0,79}$/)
const legalCode = text(/^[A-Za-z0-9][A-Za-z0-9 .,()/-]{0,59}$/)
const hash = text(/^[0-9a-f]{64}$/)
const id = text(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
const item = text(/^[a-z][A-Za-z]*\.[a-z][A-Za-z0-9]*$/)
const count = (value) => Number.isSafeInteger(value) && value >= 0
const version = (value) => count(value) && value > 0
const instant = (value) => {
  if (!text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)(value)) return false
  const time = new Date(value)
  return !Number.isNaN(time.getTime()) && time.toISOString() === value
}
const role = oneOf('office', 'dpo', 'head', 'safeguarding-lead', 'auditor', 'system')
const as = oneOf('as-is', 'initial', 'year', 'age-band', 'district', 'flag', 'pseudonym')
const orNull = (form) => (value) => value === null || form(value)
const pupils = fields({ count, root: hash })
const reasons = (value) =>
  isRecord(value) && Object.entries(value).every(([name, n]) => code(name) && count(n))
const basis = fields(
  { article6: oneOf('a', 'b', 'c', 'd', 'e', 'ea', 'f'), instrument: code },
  { article9: oneOf(...'abcdefghij'), schedule1: legalCode, article10: legalCode },
)

/** The fields of each type and the form of each field. */
export const entryTypes = {
  'release/v1': {
    release: id,
    at: instant,
    kind: oneOf('feed', 'request'),
    recipient: code,
    agreement: fields({ id: code, version, hash }),
    purpose: code,
    basis,
    items: list(fields({ item, as })),
    permitted: count,
    withheld: count,
    withheldReasons: reasons,
    pupils,
    payload: fields({ commitment: hash, format: code }),
    noticeVersion: orNull(version),
    releasedBy: role,
  },
  'delivery/v1': {
    release: count,
    at: instant,
    outcome: oneOf('sent', 'acknowledged', 'dead', 'cancelled'),
    transport: code,
    attempts: count,
  },
  'erasure/v1': { at: instant, openings: count, ground: code, decidedBy: role, commitment: hash },
  'notice/v1': { at: instant, version, sha256: hash, entries: count, publishedBy: role },
  'policy/v1': {
    at: instant,
    kind: code,
    id: code,
    version,
    hash,
    event: oneOf('loaded', 'approved', 'superseded', 'ended'),
    by: role,
  },
  'recall/v1': {
    at: instant,
    recall: id,
    recipient: code,
    release: orNull(count),
    event: oneOf('demanded', 'reminded', 'attested', 'overdue', 'closed'),
    ground: code,
    pupils,
  },
  'access/v1': {
    at: instant,
    application: code,
    organisation: code,
    event: code,
    codes: list(code),
    people: count,
    document: hash,
  },
  'map-root/v1': { covered: count, root: hash },
  'sealed/v1': { commitment: hash },
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
  const type = isRecord(entry) ? entry.type : undefined
  if (typeof type !== 'string' || !Object.hasOwn(entryTypes, type))
    throw new Convicted('it is of no known type')
  const forms = entryTypes[type]
  const names = Object.keys(entry).filter((name) => name !== 'type')
  if (names.length !== Object.keys(forms).length || names.some((name) => !Object.hasOwn(forms, name))) {
    throw new Convicted(`it does not have the fields of ${type}`)
  }
  const wrong = names.find((name) => !forms[name](entry[name]))
  if (wrong !== undefined) {
    throw new Convicted(
      `its field ${wrong} is not of the form that ${type} has: it could carry personal data`,
    )
  }
  return entry
}

/** The salted commitment that stands for a hidden entry or a pupil's record. */
export const commitTo = (salt, value) =>
  createHash('sha256').update('gatehouse/commit/v1\0').update(salt).update(canonicalOf(value)).digest()
