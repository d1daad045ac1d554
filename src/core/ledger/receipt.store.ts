import type { Tx } from '../store/index.ts'
import type { Urn } from '../vocabulary/index.ts'
import type { View } from './entries.store.ts'

export interface ReceiptRequest extends View {
  /** Adds what opens this pupil's commitment: for the pupil, its parents and nobody else. */
  readonly pupilId?: string
}

export interface ReceiptRow {
  readonly index: number
  readonly leaf: Uint8Array
  readonly sealed: { readonly salt: Uint8Array; readonly content: string } | null
  readonly pupil: {
    readonly position: number
    readonly salt: Uint8Array
    readonly record: unknown
    readonly commitments: Uint8Array
  } | null
}

/** What a receipt of entry `index` is made of, or undefined when this request may not have one. */
export async function takeReceipt(
  tx: Tx,
  urn: Urn,
  index: number,
  { at, restricted = false, pupilId }: ReceiptRequest,
): Promise<ReceiptRow | undefined> {
  const entry = await tx
    .selectFrom('ledger_entry')
    .select(['leaf', 'visibility', 'reveal_at'])
    .where('school_urn', '=', urn)
    .where('index', '=', index)
    .executeTakeFirst()
  if (!entry) return undefined
  const committed = await tx
    .selectFrom('ledger_committed')
    .select(['salt', 'content', 'revealed_at'])
    .where('school_urn', '=', urn)
    .where('entry_index', '=', index)
    .where('kind', '=', 'entry')
    .executeTakeFirst()
  const past = (when: Date | null | undefined): boolean => when != null && when <= at
  if (
    entry.visibility === 'restricted' &&
    !restricted &&
    !past(entry.reveal_at) &&
    !past(committed?.revealed_at)
  ) {
    return undefined
  }
  const pupil = pupilId === undefined ? null : await takePupil(tx, urn, index, pupilId)
  if (pupil === undefined) return undefined
  return {
    index,
    leaf: entry.leaf,
    sealed: committed ? { salt: committed.salt, content: committed.content } : null,
    pupil,
  }
}

async function takePupil(
  tx: Tx,
  urn: Urn,
  index: number,
  pupilId: string,
): Promise<NonNullable<ReceiptRow['pupil']> | undefined> {
  return tx
    .selectFrom('ledger_opening as opening')
    .innerJoin('ledger_pupil_tree as tree', (join) =>
      join
        .onRef('tree.school_urn', '=', 'opening.school_urn')
        .onRef('tree.entry_index', '=', 'opening.entry_index'),
    )
    .select(['opening.position', 'opening.salt', 'opening.record', 'tree.commitments'])
    .where('opening.school_urn', '=', urn)
    .where('opening.entry_index', '=', index)
    .where('opening.pupil_id', '=', pupilId)
    .executeTakeFirst()
}
