import type { Measures, ReturnState } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector } from './collector.ts'
import type { Round } from './definitions.ts'

/** One version of a return, as it stands in the store. */
export interface StoredReturn extends Round {
  readonly id: string
  readonly laNumber: string
  readonly source: string
  readonly sourceName: string
  readonly approver: 'authority' | 'none'
  readonly version: number
  /** Whether it is the version that stands; others were replaced or withdrawn. */
  readonly stands: boolean
  readonly state: ReturnState
  readonly stateSince: Date
  readonly receivedAt: Date
  readonly receivedBy: string
  readonly receivedAs: string
  readonly replaces: string | null
  readonly replaceReason: string | null
  readonly bodySha256: string
  readonly messageSha256: string
  readonly bytes: number
  readonly receipt: string | null
  readonly records: Readonly<Record<string, number>>
  readonly measures: Measures
  readonly before: Measures
  readonly errors: number
  readonly queries: number
  readonly leftOut: number
}

export const selectReturns = (tx: Tx) =>
  tx
    .selectFrom('collected_return as r')
    .innerJoin('expected_return as e', (join) =>
      join
        .onRef('e.la_number', '=', 'r.la_number')
        .onRef('e.source', '=', 'r.source')
        .onRef('e.collection', '=', 'r.collection')
        .onRef('e.year', '=', 'r.year')
        .onRef('e.term', '=', 'r.term'),
    )
    .innerJoin('national_source as s', (join) =>
      join.onRef('s.la_number', '=', 'r.la_number').onRef('s.source', '=', 'r.source'),
    )
    .select([
      'r.id',
      'r.la_number',
      'r.source',
      'r.collection',
      'r.year',
      'r.term',
      'r.version',
      'r.state',
      'r.state_since',
      'r.received_at',
      'r.received_by',
      'r.received_as',
      'r.replaces',
      'r.replace_reason',
      'r.body_sha256',
      'r.message_sha256',
      'r.bytes',
      'r.receipt',
      'r.records',
      'r.measures',
      'r.before',
      'r.errors',
      'r.queries',
      'r.findings_left_out',
      'e.approver',
      'e.return_id',
      's.name',
    ])

type Row = Awaited<ReturnType<ReturnType<typeof selectReturns>['executeTakeFirstOrThrow']>>

export const returnOf = (row: Row): StoredReturn => ({
  id: row.id,
  laNumber: row.la_number,
  source: row.source,
  sourceName: row.name,
  collection: row.collection,
  year: row.year,
  term: row.term,
  approver: row.approver as StoredReturn['approver'],
  version: row.version,
  stands: row.return_id === row.id,
  state: row.state as ReturnState,
  stateSince: row.state_since,
  receivedAt: row.received_at,
  receivedBy: row.received_by,
  receivedAs: row.received_as,
  replaces: row.replaces,
  replaceReason: row.replace_reason,
  bodySha256: row.body_sha256,
  messageSha256: row.message_sha256,
  bytes: row.bytes,
  receipt: row.receipt,
  records: row.records as StoredReturn['records'],
  measures: row.measures as Measures,
  before: row.before as Measures,
  errors: row.errors,
  queries: row.queries,
  leftOut: row.findings_left_out,
})

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws GatehouseError `not-found`, also where the scope does not reach it. */
export async function findReturn(tx: Tx, id: string): Promise<StoredReturn> {
  const row = uuid.test(id) ? await selectReturns(tx).where('r.id', '=', id).executeTakeFirst() : undefined
  if (!row) throw new GatehouseError('not-found', 'There is no such return.')
  return returnOf(row)
}

/** The one that a person means: by id, or a source’s standing return by its number, where that has one only. */
export async function meantReturn(tx: Tx, named: string, round: Partial<Round> = {}): Promise<StoredReturn> {
  if (uuid.test(named)) return findReturn(tx, named)
  let query = selectReturns(tx).where('r.source', '=', named).whereRef('e.return_id', '=', 'r.id')
  if (round.collection !== undefined) query = query.where('r.collection', '=', round.collection)
  if (round.year !== undefined) query = query.where('r.year', '=', round.year)
  if (round.term !== undefined) query = query.where('r.term', '=', round.term)
  const [row, another] = await query.limit(2).execute()
  if (!row) throw new GatehouseError('not-found', 'There is no such return.')
  if (another)
    throw new GatehouseError('conflict', 'This source has returns in more than one round.', {
      todo: 'Name the return by its id.',
    })
  return returnOf(row)
}

/** Whether a return with this very message stands, in any round. */
export const standsWith = async (collector: Collector, messageSha256: string): Promise<boolean> =>
  (await asCollector(collector).read((tx) =>
    selectReturns(tx)
      .where('r.message_sha256', '=', messageSha256)
      .whereRef('e.return_id', '=', 'r.id')
      .executeTakeFirst(),
  )) !== undefined

/** The return that came with this token. */
export async function returnByToken(
  tx: Tx,
  laNumber: string,
  source: string,
  tokenId: string,
): Promise<StoredReturn | null> {
  const row = await selectReturns(tx)
    .where('r.la_number', '=', laNumber)
    .where('r.source', '=', source)
    .where('r.token_id', '=', tokenId)
    .executeTakeFirst()
  return row ? returnOf(row) : null
}
