import type { Tx } from '../store/index.ts'
import type { Urn } from '../vocabulary/index.ts'
import { broken } from './broken.ts'
import type { PupilRecord } from './commitment.ts'
import type { Leaf, LedgerEntry, Visibility } from './entry.ts'
import { checkEntry, decodeLeaf } from './leaf.ts'

/** Who looks, and when. Without `restricted` (the lead's and the DPO's view), a hidden entry shows nothing of itself. */
export interface View {
  readonly at: Date
  readonly restricted?: boolean
}

export interface ListedEntry {
  readonly index: number
  readonly recordedAt: Date
  readonly visibility: Visibility
  /** What stands in the log; of a restricted entry, what it hides, when this view may see it. */
  readonly entry: Leaf
  /** Its leaf in the log is a commitment. */
  readonly sealed: boolean
}

export interface PupilEntry extends Omit<ListedEntry, 'entry'> {
  readonly entry: LedgerEntry
  /** What this entry says of this pupil. */
  readonly record: PupilRecord
}

/** Entries in order; a restricted one that this view may not see appears as the commitment that everybody sees. */
export async function listEntries(
  tx: Tx,
  urn: Urn,
  { from, to }: { from: number; to: number },
  view: View,
): Promise<readonly ListedEntry[]> {
  const rows = await selectEntries(tx, urn).where('index', '>=', from).where('index', '<', to).execute()
  const hidden = await takeHidden(tx, urn, rows)
  return rows.map((row) => listed(row, hidden.get(row.index), view))
}

/** What was disclosed about one pupil: hidden entries are left out as if they were not there. */
export async function pupilEntries(
  tx: Tx,
  urn: Urn,
  pupilId: string,
  view: View,
): Promise<readonly PupilEntry[]> {
  const openings = await tx
    .selectFrom('ledger_opening')
    .select(['entry_index', 'record'])
    .where('school_urn', '=', urn)
    .where('pupil_id', '=', pupilId)
    .execute()
  const records = new Map(openings.map((row) => [row.entry_index, row.record as PupilRecord]))
  if (records.size === 0) return []
  const rows = await selectEntries(tx, urn)
    .where('index', 'in', [...records.keys()])
    .execute()
  const hidden = await takeHidden(tx, urn, rows)
  return rows.flatMap((row) => {
    const record = records.get(row.index)
    if (!record || !isShown(row, hidden.get(row.index), view)) return []
    const { entry, ...rest } = listed(row, hidden.get(row.index), view)
    if (entry.type === 'sealed/v1')
      throw broken(`entry ${row.index}`, 'What it hides is missing from the store.')
    return [{ ...rest, entry, record }]
  })
}

interface Row {
  readonly index: number
  readonly leaf: Uint8Array
  readonly recorded_at: Date
  readonly visibility: string
  readonly reveal_at: Date | null
}

interface Hidden {
  readonly content: string
  readonly revealed_at: Date | null
}

const selectEntries = (tx: Tx, urn: Urn) =>
  tx
    .selectFrom('ledger_entry')
    .select(['index', 'leaf', 'recorded_at', 'visibility', 'reveal_at'])
    .where('school_urn', '=', urn)
    .orderBy('index')

async function takeHidden(tx: Tx, urn: Urn, rows: readonly Row[]): Promise<ReadonlyMap<number, Hidden>> {
  const indexes = rows.filter((row) => row.visibility === 'restricted').map((row) => row.index)
  if (indexes.length === 0) return new Map()
  const hidden = await tx
    .selectFrom('ledger_committed')
    .select(['entry_index', 'content', 'revealed_at'])
    .where('school_urn', '=', urn)
    .where('kind', '=', 'entry')
    .where('entry_index', 'in', indexes)
    .execute()
  return new Map(hidden.map((row) => [row.entry_index, row]))
}

/** A restricted entry is shown once somebody revealed it or its date has come. */
function isShown(row: Row, hidden: Hidden | undefined, { at, restricted = false }: View): boolean {
  const past = (when: Date | null | undefined): boolean => when != null && when <= at
  return restricted || row.visibility !== 'restricted' || past(row.reveal_at) || past(hidden?.revealed_at)
}

function listed(row: Row, hidden: Hidden | undefined, view: View): ListedEntry {
  const leaf = decodeLeaf(row.leaf)
  if (!leaf) throw broken(`entry ${row.index}`, 'Its leaf is not of a type that the ledger writes.')
  const sealed = leaf.type === 'sealed/v1'
  const entry = sealed && hidden && isShown(row, hidden, view) ? checkEntry(JSON.parse(hidden.content)) : leaf
  return {
    index: row.index,
    recordedAt: row.recorded_at,
    visibility: row.visibility as Visibility,
    entry,
    sealed,
  }
}

/** Lets everybody who may see the pupil's entries see this restricted one from now on. The log itself does not change. */
export async function revealEntry(tx: Tx, urn: Urn, index: number, by: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('ledger_committed')
    .set({ revealed_at: at, revealed_by: by })
    .where('school_urn', '=', urn)
    .where('entry_index', '=', index)
    .where('kind', '=', 'entry')
    .where('revealed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
