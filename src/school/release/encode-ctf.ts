import { academicYearOf, ctfFromItems, ctfVersions, type CtfHeader } from '../../core/standards/ctf/index.ts'
import {
  dateInEngland,
  fail,
  GatehouseError,
  ok,
  type Agreement,
  type Dictionary,
  type ItemId,
  type Result,
} from '../../core/vocabulary/index.ts'
import type { Destination } from './destination.ts'
import type { Encoded, Unwritable } from './encoded.ts'
import type { PermittedRow } from './permit-rows.ts'

export interface CtfSource {
  readonly la: string
  readonly establishment: string
  readonly urn: string
  readonly name: string
}

/**
 * The header: which school sends to which. The format demands both schools' numbers; the school's name and reference number
 * stand in it only when the agreement lists them.
 */
export function ctfHeader(
  agreement: Agreement,
  source: CtfSource,
  destination: Destination,
  at: Date,
): CtfHeader {
  const listed = new Set(agreement.items.map(({ item }) => item))
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/London',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at)
  return {
    version: agreement.format.kind === 'ctf' ? agreement.format.version : (ctfVersions.at(-1) ?? ''),
    dateTime: local.replace(' ', 'T'),
    qualifier: 'full',
    supplierId: 'Gatehouse',
    source: {
      la: source.la,
      establishment: source.establishment,
      ...(listed.has('school.urn') ? { urn: source.urn } : {}),
      ...(listed.has('school.name') ? { name: source.name } : {}),
      academicYear: academicYearOf(dateInEngland(at)),
    },
    destination,
  }
}

/** Writes a common transfer file to one destination. */
export function encodeCtf(
  rows: readonly PermittedRow[],
  header: CtfHeader,
  carried: ReadonlySet<ItemId>,
  items: Dictionary,
): Result<Encoded, readonly Unwritable[]> {
  try {
    const columns = [...carried].filter((item) =>
      ['pupil', 'school'].includes(items.get(item)?.subject ?? ''),
    )
    return ok({
      bytes: ctfFromItems(header, rows),
      mediaType: 'application/xml',
      extension: 'xml',
      table: {
        header: columns,
        rows: rows.map((row) => columns.map((item) => String(row.values.get(item) ?? ''))),
      },
    })
  } catch (error) {
    if (!isBadInput(error)) throw error
    // The writer stops at the first: a person who corrects the source wants to know of all.
    const alone = rows.filter((row) => !canBeWritten(row, header))
    const pupilIds = alone.length > 0 ? alone.map(({ pupilId }) => pupilId) : [null]
    return fail(pupilIds.map((pupilId) => ({ pupilId, item: null, column: null, why: 'character' })))
  }
}

const isBadInput = (error: unknown): boolean => error instanceof GatehouseError && error.code === 'bad-input'

function canBeWritten(row: PermittedRow, header: CtfHeader): boolean {
  try {
    ctfFromItems(header, [row])
    return true
  } catch (error) {
    if (!isBadInput(error)) throw error
    return false
  }
}
