import type { Selectable } from 'kysely'
import type { Database } from '../../core/store/index.ts'
import type { LeftOut } from './left-out.ts'
import type { Released } from './outcome.ts'

/** A release as it was told when it was made, from its row. */
export const releasedFromRow = (row: Selectable<Database['release']>): Released => ({
  kind: 'released',
  releaseId: row.id,
  ledgerIndex: row.ledger_index,
  permittedPupils: row.permitted_pupils,
  withheldPupils: row.withheld_pupils,
  withheldReasons: row.withheld_reasons as Released['withheldReasons'],
  items: row.items,
  fileName: row.file_name,
  sha256: row.payload_sha256,
  repeated: true,
  ...(row.left_out === null ? {} : { leftOut: row.left_out as unknown as LeftOut }),
})
