import { canonicalJson } from '../standards/index.ts'
import type { Tx } from '../store/index.ts'
import { GatehouseError, type StaffRole, type Urn } from '../vocabulary/index.ts'
import { appendEntry, restrictedOf, type Appended } from './append.store.ts'
import { commitToText, hex, newSalt } from './commitment.ts'
import type { ErasureEntry, Visibility } from './entry.ts'

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
 * a commitment to which. Those of restricted entries are entered apart and sealed: a number that includes them would tell
 * that they exist. The log stays whole and verifies; what the pupil's commitments were to can never be told again, once
 * backups that hold the salts are gone too.
 * @throws GatehouseError `not-found` when there is nothing to erase.
 */
export async function eraseOpenings(
  tx: Tx,
  urn: Urn,
  erasure: Erasure,
  at: Date,
): Promise<readonly Appended[]> {
  const { pupilId, entries } = erasure
  let deletion = tx
    .deleteFrom('ledger_opening')
    .where('school_urn', '=', urn)
    .where('pupil_id', '=', pupilId)
    .returning(['entry_index as entry', 'position'])
  if (entries) deletion = deletion.where('entry_index', 'in', entries.length > 0 ? entries : [-1])
  const erased = await deletion.execute()
  if (erased.length === 0) throw new GatehouseError('not-found', 'The ledger holds no opening to erase.')
  const restricted = await restrictedOf(
    tx,
    urn,
    erased.map(({ entry }) => entry),
  )
  const appended: Appended[] = []
  for (const visibility of ['open', 'restricted'] as const) {
    const openings = erased.filter(({ entry }) => restricted.has(entry) === (visibility === 'restricted'))
    if (openings.length > 0) appended.push(await enterErasure(tx, urn, erasure, openings, at, visibility))
  }
  return appended
}

interface Place {
  readonly entry: number
  readonly position: number
}

async function enterErasure(
  tx: Tx,
  urn: Urn,
  { ground, decidedBy }: Erasure,
  openings: readonly Place[],
  at: Date,
  visibility: Visibility,
): Promise<Appended> {
  const salt = newSalt()
  const content = canonicalJson({
    openings: [...openings].sort((a, b) => a.entry - b.entry || a.position - b.position),
    ground,
    decidedBy,
  })
  const entry: ErasureEntry = {
    type: 'erasure/v1',
    at: at.toISOString(),
    openings: openings.length,
    ground,
    decidedBy,
    commitment: hex(commitToText(salt, content)),
  }
  const appended = await appendEntry(tx, urn, entry, at, visibility)
  await tx
    .insertInto('ledger_committed')
    .values({ school_urn: urn, entry_index: appended.index, kind: 'erasure', salt, content })
    .execute()
  return appended
}
