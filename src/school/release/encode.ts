import type { CtfHeader } from '../../core/standards/ctf/index.ts'
import {
  GatehouseError,
  type Agreement,
  type Dictionary,
  type ItemId,
  type Result,
} from '../../core/vocabulary/index.ts'
import { lineSubject } from './carried.ts'
import { encodeCsv } from './encode-csv.ts'
import { encodeCtf } from './encode-ctf.ts'
import { encodeJson, type JsonEnvelope } from './encode-json.ts'
import { ok } from '../../core/vocabulary/index.ts'
import type { Encoded, Unwritable } from './encoded.ts'
import type { PermittedRow } from './permit-rows.ts'

/** What an encoder may know: permitted rows, and nothing else about a pupil. */
export interface Encoding {
  readonly agreement: Agreement
  readonly rows: readonly PermittedRow[]
  readonly carried: ReadonlySet<ItemId>
  readonly items: Dictionary
  readonly envelope: JsonEnvelope
  readonly ctfHeader: CtfHeader | null
}

export type Encode = (encoding: Encoding) => Result<Encoded, Unwritable>

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
    case 'none':
      throw new GatehouseError('bad-policy', 'The agreement has no file.', { where: agreement.id })
  }
}

/**
 * Rows that have a line in the file. A file of marks or suspensions has none for a pupil without any: naming the pupil there
 * would tell more than the agreement lists. Where the recipient acts on absence every pupil keeps its row.
 */
export function rowsWithLines(
  agreement: Agreement,
  rows: readonly PermittedRow[],
  items: Dictionary,
): readonly PermittedRow[] {
  if (agreement.format.kind !== 'csv') return rows
  const subject = lineSubject(agreement.format.columns, items)
  return subject === null ? rows : rows.filter((row) => (row.children.get(subject) ?? []).length > 0)
}
