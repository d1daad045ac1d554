import type { CtfHeader } from '../../core/standards/ctf/index.ts'
import {
  GatehouseError,
  ok,
  type Agreement,
  type Dictionary,
  type ItemId,
  type Result,
} from '../../core/vocabulary/index.ts'
import { lineSubject } from './carried.ts'
import { encodeCsv } from './encode-csv.ts'
import { encodeCtf } from './encode-ctf.ts'
import { encodeJson, type JsonEnvelope } from './encode-json.ts'
import type { Encoded, Unwritable } from './encoded.ts'
import type { DecidedPupil, PermittedRow } from './permit-rows.ts'

/** What an encoder may know: permitted rows, and nothing else about a pupil. */
export interface Encoding {
  readonly agreement: Agreement
  readonly rows: readonly PermittedRow[]
  readonly carried: ReadonlySet<ItemId>
  readonly items: Dictionary
  readonly envelope: JsonEnvelope
  readonly ctfHeader: CtfHeader | null
}

/** The file, or every value of it that can't be written. */
export type Encode = (encoding: Encoding) => Result<Encoded, readonly Unwritable[]>

/** Writes the file in the agreement's format. */
export const encode: Encode = ({ agreement, rows, carried, items, envelope, ctfHeader }) => {
  const { format } = agreement
  switch (format.kind) {
    case 'csv':
      return encodeCsv(rows, format.columns, items)
    case 'json':
      return ok(encodeJson(rows, envelope, carried, items))
    case 'ctf':
      if (!ctfHeader) throw new GatehouseError('bad-policy', 'A transfer file needs a destination.')
      return encodeCtf(rows, ctfHeader, carried, items)
    case 'return': // release-return.ts
    case 'none':
      throw new GatehouseError('bad-policy', 'The agreement has no file.', { where: agreement.id })
  }
}

/**
 * Leaves out pupils who would have no line in the file. A file of marks or suspensions has none for a pupil without any:
 * naming the pupil there would tell more than the agreement lists.
 */
export function pupilsWithLines(
  { format }: Agreement,
  pupils: readonly DecidedPupil[],
  rows: readonly PermittedRow[],
  items: Dictionary,
): readonly DecidedPupil[] {
  if (format.kind !== 'csv') return pupils
  const subject = lineSubject(format.columns, items)
  if (subject === null) return pupils
  const lineless = new Set(
    rows.filter((row) => (row.children.get(subject) ?? []).length === 0).map(({ pupilId }) => pupilId),
  )
  return pupils.filter(({ row }) => !lineless.has(row.pupilId))
}
