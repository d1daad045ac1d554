import { GatehouseError } from '../../vocabulary/index.ts'
import type { CtfElement, CtfHeader, CtfPupil } from './ctf-pupil.ts'
import { ctfVersions, headerParts, pupilParts, type Part } from './ctf-structure.ts'

type Fields = Readonly<Record<string, unknown>>

// XML 1.0 section 2.2: every character outside this set is forbidden, also as a reference. Lone surrogates are outside too.

const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

function escape(text: string, place: string): string {
  const value = text.normalize('NFC')
  if (!value.isWellFormed() || forbidden.test(value)) {
    throw new GatehouseError('bad-input', 'A value holds a character that XML does not allow.', {
      where: place,
    })
  }
  if (value.trim() === '') {
    throw new GatehouseError('bad-input', 'A value is blank; an element without a value is left out.', {
      where: place,
    })
  }
  // A bare carriage return would be read back as a line feed (XML 1.0 section 2.11).
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

function writeUnknown(element: CtfElement, indent: string, place: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(element.name)) {
    throw new GatehouseError('bad-input', 'An element’s name is not one.', { where: place })
  }
  if (element.children.length > 0) {
    const inner = element.children.map((child) => writeUnknown(child, `${indent}  `, place)).join('')
    return `${indent}<${element.name}>\n${inner}${indent}</${element.name}>\n`
  }
  return element.text === ''
    ? `${indent}<${element.name}/>\n`
    : `${indent}<${element.name}>${escape(element.text, place)}</${element.name}>\n`
}

/** Writes the fields that the structure names, in its order, and the unknown elements after them. */
function writeParts(
  fields: Fields,
  parts: readonly Part[],
  version: number,
  indent: string,
  place: string,
): string {
  const known = new Set(parts.map((part) => part.field))
  for (const field of Object.keys(fields)) {
    if (field !== 'other' && !known.has(field)) {
      throw new GatehouseError('bad-input', `A common transfer file has no place for “${field}”.`, {
        where: place,
      })
    }
  }
  let out = ''
  for (const { element, field, kind, parts: inner, from, to } of parts) {
    const held = fields[field]
    if (held === undefined || version < from || version > to) continue
    for (const value of kind === 'texts' || kind === 'groups' ? (held as readonly unknown[]) : [held]) {
      if (kind === 'text' || kind === 'texts') {
        out += `${indent}<${element}>${escape(value as string, `${place}/${element}`)}</${element}>\n`
      } else {
        const body = writeParts(value as Fields, inner, version, `${indent}  `, `${place}/${element}`)
        if (body !== '') out += `${indent}<${element}>\n${body}${indent}</${element}>\n`
      }
    }
  }
  for (const element of (fields['other'] ?? []) as readonly CtfElement[]) {
    out += writeUnknown(element, indent, `${place}/${element.name}`)
  }
  return out
}

/**
 * Writes a common transfer file of the header's version (20 to 26): UTF-8, text in NFC, elements in the order of the
 * structure, those without a value left out. It writes the fields it is given and no others; a field that the format or
 * the version has no place for: the first is refused, the second left out.
 * @throws GatehouseError `bad-input` naming the pupil by its position and the element, never the value.
 */
export function writeCtf(header: CtfHeader, pupils: Iterable<CtfPupil>): Uint8Array {
  if (!(ctfVersions as readonly string[]).includes(header.version)) {
    throw new GatehouseError('bad-input', 'This version of the common transfer file is not written here.', {
      todo: `Use one of ${ctfVersions.join(', ')}.`,
    })
  }
  const version = Number(header.version)
  const head = writeParts(
    { documentName: 'Common Transfer File', ...header },
    headerParts,
    version,
    '    ',
    'Header',
  )
  const body: string[] = []
  for (const pupil of pupils) {
    const place = `pupil ${body.length + 1}`
    body.push(
      `    <Pupil>\n${writeParts(pupil as Fields, pupilParts, version, '      ', place)}    </Pupil>\n`,
    )
  }
  return new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n  <Header>\n${head}  </Header>\n` +
      `  <CTFpupilData>\n${body.join('')}  </CTFpupilData>\n</CTfile>\n`,
  )
}

const schoolNumber = (school: { la: string; establishment: string }): string =>
  school.la + school.establishment

/**
 * The file's name: source, destination, and a serial number that counts up for each destination.
 * @throws GatehouseError `bad-input` when a number is not one (it becomes part of a path).
 */
export function ctfFileName(header: Pick<CtfHeader, 'source' | 'destination'>, serial: number): string {
  const name = `${schoolNumber(header.source)}_CTF_${schoolNumber(header.destination)}_${String(serial).padStart(3, '0')}.xml`
  if (!/^\d{3}(\d{4}|LLLL)_CTF_(\d{7}|XXXXXXX|MMMMMMM)_\d{3}\.xml$/.test(name)) {
    throw new GatehouseError('bad-input', 'A school number or the serial number is not of its form.', {
      where: 'the file’s name',
    })
  }
  return name
}

/** The starting year of the school year that a date falls in: September onwards counts as the new one. */
export const academicYearOf = (date: string): string =>
  String(Number(date.slice(0, 4)) - (date.slice(5, 7) < '09' ? 1 : 0))
