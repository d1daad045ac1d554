import type { SentNote } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'

/** A return that was released to its collector: what it has of the school since, or had. */
export interface HeldReturn {
  readonly releaseId: string
  readonly buildId: string
  readonly collection: string
  readonly year: number
  readonly term: string
  readonly census: string
  readonly fileName: string
  /** Of the file as the collector has it once opened, hex. */
  readonly sha256: string
  readonly submittedAt: Date
  readonly submittedBy: string
  readonly pupils: number
  readonly ledgerIndex: number
  readonly delivery: string
  readonly why: string
  readonly acknowledgedAt: Date | null
  readonly deliveryIndex: number | null
  readonly collector: string
  readonly replaces: string | null
  /** What the collector calls it, where it stood there when it arrived, and its signed receipt. */
  readonly returnId: string | null
  readonly state: string | null
  readonly receipt: string | null
  readonly notes: readonly SentNote[]
  /** Null: there are none, or they are not there yet. */
  readonly notesTaken: {
    readonly taken: number
    readonly refused: readonly { readonly rule: string; readonly detail: string }[]
    readonly byHand: boolean
  } | null
}

/** Every return of a collection that was submitted, the newest first. */
export async function submittedReturns(tx: Tx, collection: string): Promise<readonly HeldReturn[]> {
  const rows = await tx
    .selectFrom('return_submission as s')
    .innerJoin('return_build as b', (join) =>
      join.onRef('b.school_urn', '=', 's.school_urn').onRef('b.id', '=', 's.build_id'),
    )
    .innerJoin('release as r', (join) =>
      join.onRef('r.school_urn', '=', 's.school_urn').onRef('r.id', '=', 's.release_id'),
    )
    .innerJoin('delivery as d', (join) =>
      join.onRef('d.school_urn', '=', 's.school_urn').onRef('d.release_id', '=', 's.release_id'),
    )
    .select([
      's.release_id',
      's.build_id',
      'b.year',
      'b.term',
      'b.census',
      'r.file_name',
      'r.payload_sha256',
      'r.decided_at',
      'r.released_by',
      'r.permitted_pupils',
      'r.ledger_index',
      'd.state as delivery',
      'd.last_error',
      'd.acknowledged_at',
      'd.ledger_index as delivery_index',
      's.collector',
      's.replaces',
      's.return_id',
      's.state',
      's.receipt',
      's.notes',
      's.notes_taken',
    ])
    .where('b.collection', '=', collection)
    .orderBy('b.census', 'desc')
    .orderBy('r.decided_at', 'desc')
    .orderBy('r.ledger_index', 'desc')
    .execute()
  return rows.map((row) => ({
    releaseId: row.release_id,
    buildId: row.build_id,
    collection,
    year: row.year,
    term: row.term,
    census: row.census,
    fileName: row.file_name,
    sha256: row.payload_sha256,
    submittedAt: row.decided_at,
    submittedBy: row.released_by,
    pupils: row.permitted_pupils,
    ledgerIndex: row.ledger_index,
    delivery: row.delivery,
    why: row.last_error,
    acknowledgedAt: row.acknowledged_at,
    deliveryIndex: row.delivery_index,
    collector: row.collector,
    replaces: row.replaces,
    returnId: row.return_id,
    state: row.state,
    receipt: row.receipt,
    notes: row.notes as HeldReturn['notes'],
    notesTaken: row.notes_taken as HeldReturn['notesTaken'],
  }))
}
