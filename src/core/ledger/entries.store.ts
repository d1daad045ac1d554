import { sql, type RawBuilder } from 'kysely'
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

interface Row {
  readonly index: number
  readonly leaf: Uint8Array
  readonly recorded_at: Date
  readonly visibility: string
  readonly content: string | null
  readonly shown: boolean
}

// Restricted entries are shown once somebody revealed them or their date has come.
const shown = (view: View): RawBuilder<boolean> =>
  view.restricted
    ? sql<boolean>`true`
    : sql<boolean>`(entry.visibility <> 'restricted' or entry.reveal_at <= ${view.at}
        or committed.revealed_at <= ${view.at}) is true`

const selectEntries = (tx: Tx, urn: Urn, view: View) =>
  tx
    .selectFrom('ledger_entry as entry')
    .leftJoin('ledger_committed as committed', (join) =>
      join
        .onRef('committed.school_urn', '=', 'entry.school_urn')
        .onRef('committed.entry_index', '=', 'entry.index')
        .on('committed.kind', '=', 'entry'),
    )
    .select(['entry.index', 'entry.leaf', 'entry.recorded_at', 'entry.visibility', 'committed.content'])
    .select(shown(view).as('shown'))
    .where('entry.school_urn', '=', urn)
    .orderBy('entry.index')

/** Entries in order; a restricted one that this view may not see appears as the commitment that everybody sees. */
export async function listEntries(
  tx: Tx,
  urn: Urn,
  { from, to }: { from: number; to: number },
  view: View,
): Promise<readonly ListedEntry[]> {
  const rows = await selectEntries(tx, urn, view)
    .where('entry.index', '>=', from)
    .where('entry.index', '<', to)
    .execute()
  return rows.map((row) => listed(row))
}

/** What was disclosed about one pupil: hidden entries are left out as if they were not there. */
export async function pupilEntries(
  tx: Tx,
  urn: Urn,
  pupilId: string,
  view: View,
): Promise<readonly PupilEntry[]> {
  const rows = await selectEntries(tx, urn, view)
    .innerJoin('ledger_opening as opening', (join) =>
      join
        .onRef('opening.school_urn', '=', 'entry.school_urn')
        .onRef('opening.entry_index', '=', 'entry.index'),
    )
    .select('opening.record')
    .where('opening.pupil_id', '=', pupilId)
    .where(shown(view))
    .execute()
  return rows.map((row) => {
    const { entry, ...rest } = listed(row)
    if (entry.type === 'sealed/v1')
      throw broken(`entry ${rest.index}`, 'What it hides is missing from the store.')
    return { ...rest, entry, record: row.record as PupilRecord }
  })
}

function listed(row: Row): ListedEntry {
  const leaf = decodeLeaf(row.leaf)
  if (!leaf) throw broken(`entry ${row.index}`, 'Its leaf is not of a type that the ledger writes.')
  const sealed = leaf.type === 'sealed/v1'
  return {
    index: row.index,
    recordedAt: row.recorded_at,
    visibility: row.visibility as Visibility,
    entry: sealed && row.shown && row.content !== null ? checkEntry(JSON.parse(row.content)) : leaf,
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
