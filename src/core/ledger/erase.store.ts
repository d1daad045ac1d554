import { canonicalJson } from '../standards/index.ts'
import type { Tx } from '../store/index.ts'
import { GatehouseError, type StaffRole, type Urn } from '../vocabulary/index.ts'
import { appendEntry, type Appended } from './append.store.ts'
import { commitToText, hex, newSalt } from './commitment.ts'

export interface Erasure {
  readonly pupilId: string
  /** Only these entries' openings; all of the pupil's when left out. */
  readonly entries?: readonly number[]
  /** A code: why they may go (retention, request, court). */
  readonly ground: string
  readonly decidedBy: StaffRole | 'system'
}

/**
 * Erases the openings of a pupil's commitments and enters that it was done: how many, on what ground, by which role, with
 * a commitment to which. The log stays whole and verifies; what the pupil's commitments were to can never be told again,
 * once backups that hold the salts are gone too.
 * @throws GatehouseError `not-found` when there is nothing to erase.
 */
export async function eraseOpenings(tx: Tx, urn: Urn, erasure: Erasure, at: Date): Promise<Appended> {
  const { pupilId, entries, ground, decidedBy } = erasure
  let deletion = tx
    .deleteFrom('ledger_opening')
    .where('school_urn', '=', urn)
    .where('pupil_id', '=', pupilId)
    .returning(['entry_index', 'position'])
  if (entries) deletion = deletion.where('entry_index', 'in', entries.length > 0 ? entries : [-1])
  const erased = await deletion.execute()
  if (erased.length === 0) throw new GatehouseError('not-found', 'The ledger holds no opening to erase.')
  const salt = newSalt()
  const content = canonicalJson({
    openings: erased
      .map((row) => ({ entry: row.entry_index, position: row.position }))
      .sort((a, b) => a.entry - b.entry || a.position - b.position),
    ground,
    decidedBy,
  })
  const appended = await appendEntry(
    tx,
    urn,
    {
      type: 'erasure/v1',
      at: at.toISOString(),
      openings: erased.length,
      ground,
      decidedBy,
      commitment: hex(commitToText(salt, content)),
    },
    at,
  )
  await tx
    .insertInto('ledger_committed')
    .values({ school_urn: urn, entry_index: appended.index, kind: 'erasure', salt, content })
    .execute()
  return appended
}
