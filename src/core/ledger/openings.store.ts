import { sql } from 'kysely'
import { packHashes } from '../standards/tlog/index.ts'
import type { Tx } from '../store/index.ts'
import type { Urn } from '../vocabulary/index.ts'
import { canonicalJson } from '../standards/index.ts'
import type { Opening, PayloadOpening } from './commitment.ts'

/** Keeps what opens a release's commitments, in the transaction that appended entry `index`. */
export async function storeOpenings(
  tx: Tx,
  urn: Urn,
  index: number,
  openings: readonly Opening[],
): Promise<void> {
  if (openings.length === 0) return
  await tx
    .insertInto('ledger_pupil_tree')
    .values({
      school_urn: urn,
      entry_index: index,
      commitments: packHashes(openings.map(({ commitment }) => commitment)),
    })
    .execute()
  // One statement of few parameters for a whole authority's pupils: drivers are slow on many.
  const rows = JSON.stringify(
    openings.map(({ pupilId, position, record }, place) => ({ place, pupilId, position, record })),
  )
  await sql`
    insert into ledger_opening (school_urn, entry_index, position, pupil_id, salt, record)
    select ${urn}, ${index}::bigint, row.position, row."pupilId",
      substring(salts.bytes from row.place * 32 + 1 for 32), row.record
    from json_to_recordset(${rows}::json)
        as row (place int, position int, "pupilId" uuid, record jsonb),
      (select ${packHashes(openings.map(({ salt }) => salt))}::bytea as bytes) as salts`.execute(tx)
}

/** Keeps what opens the commitment to the payload of entry `index`. */
export async function storePayloadOpening(
  tx: Tx,
  urn: Urn,
  index: number,
  opening: PayloadOpening,
): Promise<void> {
  await tx
    .insertInto('ledger_committed')
    .values({
      school_urn: urn,
      entry_index: index,
      kind: 'payload',
      salt: opening.salt,
      content: canonicalJson({ sha256: opening.sha256 }),
    })
    .execute()
}
