import { createHash } from 'node:crypto'
import { isIsoDate, isUln, ok, fail, upnFault, type Result } from '../../core/vocabulary/index.ts'
import type { CodeSets } from './code-sets.ts'
import type { Field } from './fields.ts'
import type { RejectionCode } from './rejection.ts'

/** A value as the register's staging holds it: JSON that its columns can be made of. */
export type Held = string | number | boolean | readonly string[] | null

/** How one source writes a field; a column of a map is one, an element of a CTF another. */
export interface Reading {
  readonly read: 'text' | 'date' | 'code' | 'flag' | 'list' | 'number' | 'instant'
  readonly form: 'yyyy-mm-dd' | 'dd/mm/yyyy'
  readonly separator: string
  readonly codes?: Readonly<Record<string, string>> | undefined
  readonly codeSet?: string | undefined
}

const flags: Readonly<Record<string, boolean>> = {
  yes: true,
  y: true,
  true: true,
  '1': true,
  no: false,
  n: false,
  false: false,
  '0': false,
}

// Letters and marks of every script, and what names are joined with: spaces, apostrophes, hyphens, dots, commas, brackets.
const nameCharacters = /^[\p{L}\p{M}'’‘ʼʻ`´.,()\-‐– ]*\p{L}[\p{L}\p{M}'’‘ʼʻ`´.,()\-‐– ]*$/u

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufffd-\uffff]/

function readDate(text: string, form: Reading['form']): string | undefined {
  // A report may give midnight beside the date (formats: Bromcom's first ten characters).
  const plain = text.replace(/[T ]00:00:00(\.0+)?$/, '')
  const parts = form === 'dd/mm/yyyy' ? /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(plain) : undefined
  const iso = parts ? `${parts[3]}-${parts[2]}-${parts[1]}` : plain
  return (form === 'dd/mm/yyyy') === (parts != null) && isIsoDate(iso) ? iso : undefined
}

function readInstant(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  if (!isIsoDate(text.slice(0, 10))) return undefined
  const instant = new Date(text)
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString()
}

/** Siblings share a family. The register's reference is made from the source's, so that it says nothing outside. */
function familyUuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase()
  const hex = createHash('sha256').update(`family:${text}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** What an empty cell means: nothing, and for columns that can't hold nothing, no or none. A protective flag stays unknown. */
export const emptyOf = (field: Field): Held =>
  field.type === 'boolean' && !field.mayBeUnknown ? false : field.type === 'list' ? [] : null

function readCode(text: string, field: Field, reading: Reading, sets: CodeSets): string | undefined {
  const code = reading.codes && Object.hasOwn(reading.codes, text) ? reading.codes[text] : undefined
  const value = code ?? text
  const name = reading.codeSet ?? field.codeSet
  const set = name === undefined ? undefined : sets.get(name)
  if (set) return set.has(value) ? value : undefined
  if (field.oneOf) return field.oneOf.includes(value) ? value : undefined
  return reading.codes && code === undefined ? undefined : value
}

/** Turns one trimmed, non-empty cell into the value of a field, or says what is wrong with it. Pure. */
export function readValue(
  text: string,
  field: Field,
  reading: Reading,
  sets: CodeSets,
): Result<Held, RejectionCode> {
  if (controls.test(text) || !text.isWellFormed()) return fail('bad-characters')
  switch (field.type) {
    case 'date': {
      const date = readDate(text, reading.form)
      return date === undefined ? fail('bad-date') : ok(date)
    }
    case 'instant': {
      const instant = readInstant(text)
      return instant === undefined ? fail('bad-instant') : ok(instant)
    }
    case 'boolean': {
      const key = text.toLowerCase()
      const flag = Object.hasOwn(flags, key) ? flags[key] : undefined
      return flag === undefined ? fail('bad-flag') : ok(flag)
    }
    case 'integer':
      return /^\d{1,9}$/.test(text) ? ok(Number(text)) : fail('bad-number')
    case 'decimal':
      return /^\d{1,3}(\.\d0*)?$/.test(text) ? ok(Number(text)) : fail('bad-number')
    case 'list': {
      const parts = text
        .split(reading.separator)
        .map((part) => part.trim())
        .filter((part) => part !== '')
      if (parts.some((part) => part.length > 250) || parts.length > field.max) return fail('too-long')
      const codes = parts.map((part) => readCode(part, field, reading, sets))
      return codes.includes(undefined) ? fail('unknown-code') : ok([...new Set(codes as string[])])
    }
    case 'upn': {
      const fault = upnFault(text)
      return fault === null ? ok(text) : fail(fault === 'form' ? 'bad-upn' : 'upn-check-letter')
    }
    case 'uln':
      return isUln(text) ? ok(text) : fail('bad-uln')
    case 'family':
      return text.length > field.max ? fail('too-long') : ok(familyUuid(text))
    case 'name':
      if (text.length > field.max) return fail('too-long')
      return nameCharacters.test(text) ? ok(text) : fail('bad-characters')
    case 'text': {
      // The source's word for a code may be longer than the code.
      const code = text.length > 4000 ? undefined : readCode(text, field, reading, sets)
      if (code === undefined) return fail(text.length > 4000 ? 'too-long' : 'unknown-code')
      return code.length > field.max ? fail('too-long') : ok(code)
    }
  }
}
