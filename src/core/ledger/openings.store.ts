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
  for (let from = 0; from < openings.length; from += 2000) {
    await tx
      .insertInto('ledger_opening')
      .values(
        openings.slice(from, from + 2000).map(({ pupilId, position, salt, record }) => ({
          school_urn: urn,
          entry_index: index,
          position,
          pupil_id: pupilId,
          salt,
          record: JSON.stringify(record),
        })),
      )
      .execute()
  }
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
